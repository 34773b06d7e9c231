using System.Diagnostics;

namespace Speaker.Package.Tests.Support;

/// <summary>A program that is run to its end.</summary>
internal sealed record Command(int ExitCode, string Output)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>Runs it, with what it prints on either stream in one text.</summary>
    public static Command Run(
        string program, string folder, (string Name, string Value)[] environment, params string[] arguments)
    {
        using var process = Start(program, folder, environment, arguments);
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{program} {string.Join(' ', arguments)} did not end");
        }

        process.WaitForExit();
        return new Command(process.ExitCode, output.Result + error.Result);
    }

    /// <summary>Starts it without waiting for it.</summary>
    public static Process Start(
        string program, string folder, (string Name, string Value)[] environment, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    /// <summary>The result, if the program succeeded.</summary>
    public Command RequireSuccess()
    {
        Assert.True(ExitCode == 0, Output);
        return this;
    }
}
