using System.Diagnostics;
using System.Text.Json;
using Speaker.CommandLine;

namespace Speaker.Host.Tests.Support;

/// <summary>What a run of the program left behind.</summary>
internal sealed record ProcessResult(int ExitCode, string Output, string Error)
{
    /// <summary>The only line of stdout as JSON.</summary>
    public JsonElement Json
    {
        get
        {
            using var document = JsonDocument.Parse(Assert.Single(Lines));
            return document.RootElement.Clone();
        }
    }

    public string[] Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}

/// <summary>Runs the program as a user does: as a process of its own.</summary>
internal sealed class SpeakerProcess(TemporaryFolder folder, string? modelPath)
{
    /// <summary>A run that takes longer has hung.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    /// <summary>The store that runs use unless told otherwise.</summary>
    public string Store { get; } = folder.File("store", "voiceprints.db");

    public ProcessResult Run(params string[] arguments) => Run([], arguments);

    public ProcessResult Run((string Name, string Value)[] environment, params string[] arguments) =>
        Result(Start(environment, arguments));

    /// <summary>Runs the program with these bytes on its standard input.</summary>
    public ProcessResult RunPiped(byte[] input, params string[] arguments) => RunPiped(input, [], arguments);

    public ProcessResult RunPiped(
        byte[] input, (string Name, string Value)[] environment, params string[] arguments)
    {
        var start = Prepare(environment, arguments);
        start.RedirectStandardInput = true;
        var process = Process.Start(start)!;
        var written = Task.Run(() =>
        {
            try
            {
                process.StandardInput.BaseStream.Write(input);
                process.StandardInput.Close();
            }
            catch (IOException)
            {
                // It has read as much as it wanted.
            }
        });
        var result = Result(process);
        written.Wait();
        return result;
    }

    /// <summary>Runs the program from a shell that does this with its standard input.</summary>
    /// <param name="redirection">As <c>&lt;&amp;-</c>, which closes it.</param>
    /// <param name="arguments">Of the program.</param>
    public ProcessResult RunRedirected(string redirection, params string[] arguments)
    {
        var program = Prepare([], arguments);
        return Result(StartProgram(
            [], "bash", ["-c", $"exec {Quoted([program.FileName, .. program.ArgumentList])} {redirection}"]));
    }

    private static ProcessResult Result(Process started)
    {
        using var process = started;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        WaitForExit(process);
        return new ProcessResult(process.ExitCode, output.Result, error.Result);
    }

    /// <summary>Runs speaker-train under its own name.</summary>
    public ProcessResult RunTrainer(params string[] arguments) => Result(StartProgram(
        [], "dotnet", [Path.Combine(AppContext.BaseDirectory, "speaker-train.dll"), .. arguments]));

    /// <summary>Runs speaker-train on a terminal of 80 columns and so many rows, on which lines stand already.</summary>
    public TerminalScreen RunTrainerOnTerminal(int rows, string[] above, params string[] arguments)
    {
        string[] command = ["dotnet", Path.Combine(AppContext.BaseDirectory, "speaker-train.dll"), .. arguments];
        var shell = $"stty cols 80 rows {rows} onlcr; printf '%s\n' {Quoted(above)}; exec {Quoted(command)}";
        var result = Result(StartProgram(
            [("TERM", "xterm-256color")], "script",
            ["--quiet", "--return", "--command", shell, folder.File("typescript")]));
        Assert.True(result.ExitCode == 0, result.Output + result.Error);
        return new TerminalScreen(rows, result.Output);
    }

    /// <summary>
    /// Starts the program on a terminal of 24 rows. What is written to its standard input is typed; <c>exit CODE</c> is
    /// the last line of its output. The settings of the terminal are in the files <c>before</c> and <c>after</c>.
    /// </summary>
    public Process StartOnTerminal(int columns, params string[] arguments)
    {
        var program = Prepare([], arguments);
        // Of what was written before Ctrl-C nothing is lost on the way.
        var shell = $"stty cols {columns} rows 24 onlcr noflsh; stty -g > before; trap : INT; " +
            $"{Quoted([program.FileName, .. program.ArgumentList])}; echo \"exit $?\"; stty -g > after";
        var start = PrepareProgram(
            [("TERM", "xterm-256color"), ("LC_ALL", "C.UTF-8")], "script",
            ["--quiet", "--return", "--command", shell, folder.File("typescript")]);
        start.RedirectStandardInput = true;
        return Process.Start(start)!;
    }

    private static string Quoted(string[] words) => string.Join(' ', words.Select(word => $"'{word}'"));

    /// <summary>Starts the program without waiting for it.</summary>
    public Process Start((string Name, string Value)[] environment, params string[] arguments) =>
        Process.Start(Prepare(environment, arguments))!;

    /// <summary>How the program is started.</summary>
    public ProcessStartInfo Prepare((string Name, string Value)[] environment, params string[] arguments) =>
        Environment.GetEnvironmentVariable("SPEAKER_PROGRAM") is { } published
            ? PrepareProgram(environment, published, arguments)
            : PrepareProgram(
                environment, "dotnet", [Path.Combine(AppContext.BaseDirectory, "Speaker.Host.dll"), .. arguments]);

    private Process StartProgram((string Name, string Value)[] environment, string program, string[] arguments) =>
        Process.Start(PrepareProgram(environment, program, arguments))!;

    private ProcessStartInfo PrepareProgram(
        (string Name, string Value)[] environment, string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder.Root,
        };
        start.Environment["SPEAKER_STORE"] = Store;
        start.Environment["SPEAKER_MODEL"] = modelPath ?? "";
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return start;
    }

    public static void WaitForExit(Process process)
    {
        if (!process.WaitForExit(Patience))
        {
            process.Kill();
            Assert.Fail("the program did not end");
        }

        process.WaitForExit();
    }

    public static void Signal(Process process, string signal)
    {
        using var kill = Process.Start("kill",
            ["-" + signal, process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }
}
