using System.Diagnostics;
using System.Runtime.InteropServices;
using Speaker.CommandLine;
using Speaker.CommandLine.Options;

namespace Speaker.Host;

/// <summary>
/// A program that runs some of the verbs: beside this one where both are installed, otherwise in the checkout, whose script
/// builds it first where that is needed.
/// </summary>
internal sealed partial class OtherProgram
{
    private readonly string _name;
    private readonly string _verbs;
    private readonly string _remedy;

    private OtherProgram(string name, string verbs, string remedy)
    {
        _name = name;
        _verbs = verbs;
        _remedy = remedy;
    }

    /// <summary><c>train</c>, <c>study</c> and <c>eval --leave-out</c>: all that needs the tensor library.</summary>
    public static OtherProgram Trainer { get; } = new(
        "speaker-train", "training", "publish src/Trainer of the checkout into that folder");

    /// <summary>Every verb; see <see cref="Cli.ServiceVerb"/>.</summary>
    public static OtherProgram Service { get; } = new(
        "speaker-service", "'serve', 'worker' and 'mcp'",
        "publish src/Host of the checkout, which makes a program with every verb");

    /// <summary>The program as it is now, without building anything; null where there is none.</summary>
    public string? Installed =>
        new[] { AppContext.BaseDirectory, Path.Combine(ApplicationFiles.Root, "artifacts", _name) }
            .Select(folder => Path.Combine(folder, FileName)).FirstOrDefault(File.Exists);

    private string FileName => OperatingSystem.IsWindows() ? _name + ".exe" : _name;

    /// <summary>Builds the program of a checkout where it is missing or out of date, and becomes it.</summary>
    private string Script => Path.Combine(ApplicationFiles.Root, "scripts", _name + ".sh");

    /// <summary>Runs the program on the arguments that this one was given.</summary>
    /// <returns>Its exit code. On Unix there is no return: this process becomes the program, so that input, output and
    /// signals are its own, each signal once.</returns>
    /// <exception cref="UsageException">There is no such program here; the message says how to get it.</exception>
    public int Run(string[] arguments)
    {
        var beside = Path.Combine(AppContext.BaseDirectory, FileName);
        var program = File.Exists(beside) ? beside
            : !OperatingSystem.IsWindows() && File.Exists(Script) ? Script
            : throw new UsageException(
                $"{_verbs} {(_verbs.Contains(' ', StringComparison.Ordinal) ? "need" : "needs")} the program {_name}, " +
                $"which is not beside this one in {AppContext.BaseDirectory}: {_remedy}, or use ./speaker in a checkout, " +
                "which builds it");
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
