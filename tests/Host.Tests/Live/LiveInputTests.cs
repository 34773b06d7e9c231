using Speaker.CommandLine;
using Speaker.Host.Cli;
using Speaker.Host.Tests.Support;

namespace Speaker.Host.Tests.Live;

/// <summary><c>live</c> and <c>verify</c> of one recording give the same answer to the bit, by whatever way the sound
/// comes.</summary>
[Collection(TestModelTests.Name)]
public sealed class LiveInputTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly SpeakerProcess _speaker;

    public LiveInputTests(TestModel model) => _speaker = new SpeakerProcess(_folder, model.Path);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(16000)]
    [InlineData(8000)]
    public void Live_RecordingAndPipe_AnswerAsVerifyDoes(int rate)
    {
        Enroll();
        var samples = Sounds.Speech("de", 0, 3);
        var file = WaveFile.Write(_folder.File("heard.wav"), samples, rate: rate);
        string[] atTheEnd = ["--no-early", "--json"];

        var verified = _speaker.Run("verify", "anna", file, "--json");
        var live = _speaker.Run(["live", "anna", "--input", file, .. atTheEnd]);
        var piped = _speaker.RunPiped(
            WaveFile.Pcm16(samples), ["live", "anna", "--input", "-", "--rate", $"{rate}", .. atTheEnd]);

        Assert.Equal(0, verified.ExitCode);
        Assert.Equal(verified, live with { Error = verified.Error });
        Assert.Equal(verified.Output.Replace($"\"{file}\"", "\"-\"", StringComparison.Ordinal), piped.Output);
        // On the way it said where it stood.
        Assert.Contains("threshold 1.500, so far accept", live.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Live_RecordingInRealTime_AnswersAsVerifyDoes()
    {
        Enroll();
        var file = WaveFile.Write(_folder.File("heard.wav"), Sounds.Speech("de", 0, 8).AsSpan(0, 2 * Sounds.SampleRate));

        var verified = _speaker.Run("verify", "anna", file, "--json");
        var live = _speaker.Run("live", "anna", "--input", file, "--realtime", "--no-early", "--json");

        Assert.Equal(verified, live with { Error = verified.Error });
    }

    [Fact]
    public void Live_NoSuchRecording_IsBadInputThatNamesIt()
    {
        Enroll();
        var result = _speaker.Run("live", "anna", "--input", "no-such.wav");

        Assert.Equal(3, result.ExitCode);
        Assert.Contains("no-such.wav", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("listening", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<&-", "standard input: is closed")]
    [InlineData("</dev/zero", "standard input: is a device")]
    public void Live_StandardInputThatIsNone_IsBadInputThatSaysSo(string redirection, string message)
    {
        Enroll();
        foreach (var line in (string[][])[["live", "anna", "--input", "-"], ["verify", "anna", "-"]])
        {
            var result = _speaker.RunRedirected(redirection, line);

            Assert.Equal(3, result.ExitCode);
            Assert.Contains(message, result.Error, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("--realtime", "--realtime belongs to --input")]
    [InlineData("--rate 8000", "--rate belongs to --input -")]
    [InlineData("--input a.wav --rate 8000", "--rate belongs to --input -")]
    [InlineData("--input - --rate 3999", "--rate is '3999', a whole number from 4,000 to 768,000 is needed")]
    [InlineData("--input a.wav --device default", "Give --device or --input, not both")]
    [InlineData("--early --no-early", "Give --early or --no-early, not both")]
    public void Live_LineThatMeansNothing_IsAnErrorThatSaysWhy(string line, string message)
    {
        var parsed = Verbs.Parse(SpeakerCommandLine.Create(), ["live", "anna", .. line.Split(' ')]);

        Assert.Contains(message, Assert.Single(parsed.Errors).Message, StringComparison.Ordinal);
    }

    private void Enroll() => Assert.Equal(
        0, _speaker.Run("enroll", "anna", Sounds.WriteSpeech(_folder.File("enrolled.wav"), "de", first: 12)).ExitCode);
}
