using System.Diagnostics;
using System.Runtime.InteropServices;
using Speaker.CommandLine;
using Speaker.CommandLine.Options;

namespace Speaker.Host;

/// <summary>
/// The program <c>speaker-train</c>, which runs <c>train</c>, <c>study</c> and <c>eval --leave-out</c>: beside this one where both are installed,
/// otherwise in the checkout, whose script builds it first where that is needed.
/// </summary>
internal static partial class TrainerProgram
{
    private const string Name = "speaker-train";

    private static readonly string _fileName = OperatingSystem.IsWindows() ? Name + ".exe" : Name;

    /// <summary>Builds the program of a checkout where it is missing or out of date, and becomes it.</summary>
    private static readonly string _script = Path.Combine(ApplicationFiles.Root, "scripts", Name + ".sh");

    /// <summary>The program as it is now, without building anything; null where there is none.</summary>
    public static string? Installed =>
        new[] { AppContext.BaseDirectory, Path.Combine(ApplicationFiles.Root, "artifacts", Name) }
            .Select(folder => Path.Combine(folder, _fileName)).FirstOrDefault(File.Exists);

    /// <summary>Runs the program on the arguments that this one was given.</summary>
    /// <returns>Its exit code. On Unix there is no return: this process becomes the program, so that input, output and
    /// signals are its own, each signal once.</returns>
    /// <exception cref="UsageException">There is no such program here; the message says how to get it.</exception>
    public static int Run(string[] arguments)
    {
        var beside = Path.Combine(AppContext.BaseDirectory, _fileName);
        var program = File.Exists(beside) ? beside
            : !OperatingSystem.IsWindows() && File.Exists(_script) ? _script
            : throw new UsageException(
                $"training needs the program {Name}, which is not beside this one in {AppContext.BaseDirectory}: " +
                "publish src/Trainer of the checkout into that folder, or use ./speaker in a checkout, which builds it");
        return OperatingSystem.IsWindows() ? RunAsChild(program, arguments) : Become(program, arguments);
    }

    private static int Become(string program, string[] arguments)
    {
        Execute(program, [program, .. arguments, null]);
        throw new UsageException(
            $"{program} cannot be started: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");
    }

    /// <summary>Windows has no way to become another program. Ctrl-C reaches both; this one leaves it to the
    /// other.</summary>
    private static int RunAsChild(string program, string[] arguments)
    {
        Console.CancelKeyPress += (_, key) => key.Cancel = true;
        using var child = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false })!;
        child.WaitForExit();
        return child.ExitCode;
    }

    /// <summary>execv(3): returns only where it fails.</summary>
    /// <param name="arguments">The first is the program's name, the last null.</param>
    [LibraryImport("libc", EntryPoint = "execv", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Execute(string program, string?[] arguments);
}
