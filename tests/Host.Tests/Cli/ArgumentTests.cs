using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Speaker.Host.Tests.Support;

namespace Speaker.Host.Tests.Cli;

/// <summary>What comes in by the command line and goes out by the standard output, of every verb.</summary>
[Collection(TestModelTests.Name)]
public sealed class ArgumentTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly SpeakerProcess _speaker;

    public ArgumentTests(TestModel model) => _speaker = new SpeakerProcess(_folder, model.Path);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("FILE", "embed", "")]
    [InlineData("NAME", "enroll", "", "x.wav")]
    [InlineData("FILE", "verify", "anna", "")]
    [InlineData("--store", "list", "--store", "")]
    [InlineData("--store", "--store", "", "list")]
    [InlineData("--model", "card", "--model", "")]
    [InlineData("--corpus", "eval", "--corpus", "")]
    [InlineData("--report", "eval", "--corpus", "c", "--report", "")]
    [InlineData("--cohort", "calibrate", "--corpus", "c", "--cohort", "")]
    [InlineData("--trials", "calibrate", "--trials", "")]
    [InlineData("--device", "live", "anna", "--device", "")]
    [InlineData("--inbox", "serve", "--inbox", "")]
    [InlineData("--consent", "enroll", "anna", "x.wav", "--consent", "")]
    public void AnyVerb_EmptyArgument_IsBadInputThatNamesIt(string named, params string[] line)
    {
        var result = _speaker.Run([.. line, "--json"]);
        Assert.Equal(3, result.ExitCode);
        Assert.StartsWith($"speaker: {named} is ''", result.Error, StringComparison.Ordinal);
        Assert.Equal(3, result.Json.GetProperty("exitCode").GetInt32());
    }

    [Theory]
    [InlineData("verfy anna a.wav", "There is no verb 'verfy' (did you mean verify?)")]
    [InlineData("enrol anna a.wav", "There is no verb 'enrol' (did you mean enroll?)")]
    [InlineData("xyzzy", "There is no verb 'xyzzy'; there are demo, enroll,")]
    [InlineData(
        "verify anna a.wav --treshold 0.5", "'speaker verify' has no option --treshold (did you mean --threshold?)")]
    [InlineData("help verfy", "There is no verb 'verfy'")]
    [InlineData("enroll anna a.wav --cosent door", "'speaker enroll' has no option --cosent (did you mean --consent?)")]
    [InlineData("verify --treshold 0.5 anna a.wav", "has no option --treshold (did you mean --threshold?)")]
    [InlineData("embed a.wav --jsom", "'speaker embed' has no option --jsom (did you mean --json?)")]
    [InlineData("export own.json --stroe=a.db", "'speaker export' has no option --stroe (did you mean --store?)")]
    [InlineData("identify -t a.wav", "'speaker identify' has no option -t; there are --list, ")]
    public void AnyLine_MisspeltVerbOrOption_IsNamedWithWhatWasMeant(string line, string message)
    {
        var result = _speaker.Run(line.Split(' '));
        Assert.Equal(3, result.ExitCode);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
        Assert.Single(result.Error.TrimEnd('\n').Split('\n'));
    }

    [Fact]
    public void Embed_FileWhoseNameBeginsWithADash_IsThatFileWhereItIsSaidToBeOne()
    {
        Sounds.WriteSpeech(_folder.File("-voice.wav"), "de");
        var taken = _speaker.Run("embed", "-voice.wav");
        Assert.Equal(3, taken.ExitCode);
        Assert.Contains("The file of that name is ./-voice.wav.", taken.Error, StringComparison.Ordinal);
        Assert.Equal(0, _speaker.Run("embed", "./-voice.wav").ExitCode);
        Assert.Equal("-voice.wav", _speaker.Run("embed", "--", "-voice.wav").Json.GetProperty("file").GetString());
    }

    [Fact]
    public void AnyVerb_BadValue_IsBlamedOnItsSource()
    {
        Sounds.WriteSpeech(_folder.File("a.wav"), "de");
        File.WriteAllText(_folder.File("no-store"), new string('x', 4096));
        foreach (var (source, environment, line) in ((string, (string, string)[], string[])[])
                 [
                     ("(--model)", [], ["embed", "a.wav", "--model", "no-model"]),
                     ("(environment variable SPEAKER_MODEL)", [("SPEAKER_MODEL", "no-model")], ["embed", "a.wav"]),
                     ("(environment variable SPEAKER_STORE; ", [("SPEAKER_STORE", "no-store")], ["list"]),
                     ("(--store)", [], ["list", "--store", "no-store"]),
                     ("--list: ", [], ["identify", "--list", "no-list"]),
                     ("--batch: ", [], ["verify", "--batch", "folder/no-list"]),
                     ("--segments: ", [], ["label", "a.wav", "--segments", "no-segments"]),
                 ])
        {
            var result = _speaker.Run(environment, line);
            Assert.Equal(3, result.ExitCode);
            Assert.Contains(
                source, Assert.Single(result.Error.TrimEnd('\n').Split('\n')), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void NoVerbAndHelp_AreTheHelp()
    {
        var help = _speaker.Run("--help");
        Assert.Contains("enroll <NAME> <FILE>", help.Output, StringComparison.Ordinal);
        Assert.Equal((0, help.Output), (_speaker.Run().ExitCode, _speaker.Run().Output));
        Assert.Equal(help.Output, _speaker.Run("help").Output);
        Assert.Equal(help.Output, _speaker.Run("help", "help").Output);
        Assert.Equal(_speaker.Run("verify", "--help").Output, _speaker.Run("help", "verify").Output);
    }

    [Fact]
    public void Embed_FileWhoseNameBeginsWithAt_IsThatFile()
    {
        Sounds.WriteSpeech(_folder.File("@voice.wav"), "de");
        File.WriteAllText(_folder.File("voice.wav"), "--store\nelsewhere.db\n");
        var result = _speaker.Run("embed", "@voice.wav");
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Equal("@voice.wav", result.Json.GetProperty("file").GetString());
        Assert.Contains("unknown speaker '@anna'", _speaker.Run("verify", "@anna", "@voice.wav").Error,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--threshold", "0,1")]
    [InlineData("--threshold", "NaN")]
    [InlineData("--threshold", " 0.1")]
    [InlineData("--threshold", "0x1")]
    [InlineData("--threshold", "3")]
    [InlineData("--target-far", "0,01")]
    [InlineData("--target-far", "1")]
    [InlineData("--top", "1e1")]
    [InlineData("--top", "1,000")]
    [InlineData("--top", "0")]
    public void Identify_NumberThatIsNone_IsBadInputThatNamesOptionAndValue(string option, string value)
    {
        Sounds.WriteSpeech(_folder.File("a.wav"), "de");
        var result = _speaker.Run("identify", "a.wav", option, value);
        Assert.Equal(3, result.ExitCode);
        Assert.Contains(option, result.Error, StringComparison.Ordinal);
        Assert.Contains(value, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Embed_FlagBeforeAFileCalledTrue_TakesItForTheFile()
    {
        Sounds.WriteSpeech(_folder.File("true"), "de");
        Assert.Equal("true", _speaker.Run("embed", "--json", "true").Json.GetProperty("file").GetString());
    }

    /// <summary>Everything that prints, on a full disk, into a closed pipe and without a standard output.</summary>
    [Theory]
    [InlineData("> /dev/full")]
    [InlineData(">&-")]
    [InlineData(">&3")]
    [InlineData("> /dev/full 2>&1")]
    [InlineData(">&- 2>&-")]
    public void AnyVerb_OutputThatCannotBeWritten_IsALineAndExitCode3(string where)
    {
        Sounds.WriteSpeech(_folder.File("a.wav"), "de");
        Assert.Equal(0, _speaker.Run("enroll", "anna", "a.wav").ExitCode);
        foreach (var verb in (string[])
                 [
                     "list", "list --json", "card", "card --json", "embed a.wav", "verify anna a.wav --json",
                     "verify anna a.wav", "identify a.wav --json", "doctor --json", "enroll anna a.wav", "--help",
                     "--version", "eval --help", "nosuchverb --json",
                 ])
        {
            var (exitCode, error) = InShell($"{verb} {where}");
            Assert.True(exitCode == 3, $"{verb} {where}: {exitCode} {error}");
            if (!where.Contains('2', StringComparison.Ordinal))
            {
                Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
                Assert.StartsWith("speaker: ", error, StringComparison.Ordinal);
            }
        }

        // What was printed went nowhere, above all not into the file that was opened in the place of the output.
        Assert.Equal("SQLite format 3\0"u8, File.ReadAllBytes(_speaker.Store).AsSpan(0, 16));
        Assert.Equal(1, _speaker.Run("list", "--json").Json.GetProperty("utterances").GetInt32());
    }

    [Fact]
    public void Output_AppendedByTwoPrograms_HoldsBoth()
    {
        Sounds.WriteSpeech(_folder.File("a.wav"), "de");
        Assert.Equal(0, _speaker.Run("enroll", "anna", "a.wav").ExitCode);
        var (exitCode, error) = InShell(
            "list > out; (printf 'before\\n'; run list --json; run list --json; printf 'after\\n') > out");
        Assert.True(exitCode == 0, error);
        var lines = File.ReadAllLines(_folder.File("out"));
        Assert.Equal(("before", "after", 4), (lines[0], lines[^1], lines.Length));
        Assert.Equal(lines[1], lines[2]);
    }

    [Theory]
    [InlineData("de_DE.ISO-8859-1")]
    [InlineData("C")]
    [InlineData("ja_JP.EUC-JP")]
    [InlineData("en_US.UTF-8")]
    public void Json_AnyLocale_IsUtf8WithoutAMark(string locale)
    {
        const string Name = "Zoë 王芳";
        Sounds.WriteSpeech(_folder.File("ü.wav"), "de");
        foreach (var line in (string[][])
                 [
                     ["enroll", Name, "ü.wav", "--json"], ["list", "--json"], ["verify", Name, "ü.wav", "--json"],
                     ["embed", "ü.wav"], ["verify", "nobody-é", "ü.wav", "--json"],
                 ])
        {
            using var process = _speaker.Start([("LC_ALL", locale)], line);
            using var output = new MemoryStream();
            process.StandardOutput.BaseStream.CopyTo(output);
            SpeakerProcess.WaitForExit(process);
            var text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(output.ToArray());
            using var json = JsonDocument.Parse(text);
            Assert.Contains(line[0] is "embed" ? "ü" : line[1] == "nobody-é" ? "é" : Name, text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Names_TypedInEitherForm_AreOneSpeaker()
    {
        Sounds.WriteSpeech(_folder.File("a.wav"), "de");
        Assert.Equal(0, _speaker.Run("enroll", "Jose\u0301", "a.wav").ExitCode);
        Assert.Equal("Jos\u00E9", _speaker.Run("list", "--json").Json.GetProperty("speaker").GetString());
        Assert.Equal(0, _speaker.Run("verify", "Jos\u00E9", "a.wav").ExitCode);
        Assert.Equal(
            "Jos\u00E9", _speaker.Run("verify", "Jose\u0301", "a.wav", "--json").Json.GetProperty("speaker").GetString());
        Assert.Equal(0, _speaker.Run("remove", "Jose\u0301").ExitCode);
    }

    /// <summary>A line of the shell; <c>run</c> is the program.</summary>
    private (int ExitCode, string Error) InShell(string line)
    {
        using var probe = _speaker.Start([], "--version");
        SpeakerProcess.WaitForExit(probe);
        var start = probe.StartInfo;
        start.ArgumentList.RemoveAt(start.ArgumentList.Count - 1);
        var program = string.Join(' ', start.ArgumentList.Prepend(start.FileName).Select(part => $"'{part}'"));
        // Descriptor 3 is a pipe whose reader has gone.
        var script = $"exec 3> >(true); wait $!; run() {{ {program} \"$@\"; }}; run {line}";
        var shell = new ProcessStartInfo("bash", ["-c", script])
        {
            RedirectStandardError = true,
            WorkingDirectory = start.WorkingDirectory,
        };
        foreach (var (name, value) in start.Environment)
        {
            shell.Environment[name] = value;
        }

        using var process = Process.Start(shell)!;
        var error = process.StandardError.ReadToEnd();
        SpeakerProcess.WaitForExit(process);
        return (process.ExitCode, error);
    }
}
