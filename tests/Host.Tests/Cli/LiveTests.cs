using System.Text.Json;
using Speaker.CommandLine;
using Speaker.Host.Tests.Support;

namespace Speaker.Host.Tests.Cli;

/// <summary>The microphone end to end, without hardware: an ALSA PCM of type "file" that plays a recording as its
/// input.</summary>
[Collection(TestModelTests.Name)]
public sealed class LiveTests : IDisposable
{
    private const int Seconds = 3;

    private readonly TemporaryFolder _folder = new();
    private readonly SpeakerProcess _speaker;
    private readonly float[] _speech;

    public LiveTests(TestModel model)
    {
        _speaker = new SpeakerProcess(_folder, model.Path);
        _speech = Sounds.Speech("de", 0, 8);
        Assert.True(_speech.Length > (Seconds + 1) * Sounds.SampleRate);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Live_RecordingAsMicrophone_DecidesAsVerifyDoes()
    {
        var enrolled = Sounds.WriteSpeech(_folder.File("enrolled.wav"), "de", first: 12);
        var heard = WaveFile.Write(_folder.File("heard.wav"), _speech.AsSpan(0, Seconds * Sounds.SampleRate));
        Assert.Equal(0, _speaker.Run("enroll", "anna", enrolled).ExitCode);
        var verified = _speaker.Run("verify", "anna", heard, "--json").Json;

        var live = Live("--json");
        Assert.True(live.ExitCode == 0, live.Error);
        Assert.Equal(
            verified.GetProperty("distance").GetDouble(), live.Json.GetProperty("distance").GetDouble(), 3);
        Assert.Equal(
            verified.GetProperty("speechSeconds").GetDouble(), live.Json.GetProperty("speechSeconds").GetDouble(), 1);
        // The answers on the way, once there is speech enough.
        Assert.Contains(live.Error.Split('\n'), line => line.Contains("threshold 1.500", StringComparison.Ordinal));

        Assert.Equal(1, Live("--threshold", "0").ExitCode);
        RequireRefused("listed by 'speaker devices'", "live", "anna", "--device", "no-such-device");
    }

    [Fact]
    public void Live_States_AreLinesBeforeTheAnswerWithTheLatencyOfTheDevice()
    {
        var enrolled = Sounds.WriteSpeech(_folder.File("enrolled.wav"), "de", first: 12);
        Assert.Equal(0, _speaker.Run("enroll", "anna", enrolled).ExitCode);

        var live = Live("--json", "--states");

        JsonElement[] lines = [.. live.Lines.Select(line => JsonDocument.Parse(line).RootElement)];
        Assert.NotEmpty(lines[..^1]);
        Assert.All(lines[..^1], state =>
        {
            Assert.Equal("state", state.GetProperty("type").GetString());
            Assert.InRange(state.GetProperty("seconds").GetDouble(), 0.5, Seconds);
            Assert.InRange(state.GetProperty("latencySeconds").GetDouble(), 0.1, 1);
            Assert.True(state.GetProperty("behindSeconds").GetDouble() >= 0);
        });
        Assert.Equal("accept", lines[^1].GetProperty("decision").GetString());
        Assert.DoesNotContain("listening", live.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Devices_OfAConfiguration_AreListedWithTheirDescriptions()
    {
        var device = WithMicrophone("devices", "--json").Json;

        Assert.Equal("recording", device.GetProperty("device").GetString());
        Assert.Equal("A recording", device.GetProperty("description").GetString());
        Assert.Contains("A recording", WithMicrophone("devices").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Live_UnknownSpeaker_IsBadInputBeforeListening()
    {
        var result = _speaker.Run("live", "nobody");
        Assert.Equal(3, result.ExitCode);
        Assert.DoesNotContain("listening", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Enroll_Microphone_EnrolsAsTheSameRecordingDoes()
    {
        var heard = WaveFile.Write(_folder.File("heard.wav"), _speech.AsSpan(0, Seconds * Sounds.SampleRate));
        var enrolled = WithMicrophone("enroll", "anna", "--mic", "--device", "recording", "--seconds", $"{Seconds}",
            "--consent", "door", "--json");
        Assert.True(enrolled.ExitCode == 0, enrolled.Error);
        var file = enrolled.Json.GetProperty("files")[0];
        Assert.Equal("microphone", file.GetProperty("file").GetString());
        Assert.Equal("accepted", file.GetProperty("status").GetString());
        Assert.Equal(
            0, _speaker.Run("verify", "anna", heard, "--json").Json.GetProperty("distance").GetDouble(), 3);

        RequireRefused("there is nothing to enrol", "enroll", "anna");
        RequireRefused("are given together", "enroll", "anna", heard, "--mic");
        RequireRefused("--seconds belongs to --mic and --input", "enroll", "anna", heard, "--seconds", "2");
        RequireRefused("--device belongs to --mic", "enroll", "anna", heard, "--device", "default");
        RequireRefused("listed by 'speaker devices'", "enroll", "anna", "--mic", "--device", "no-such-device");
    }

    /// <summary>Nothing was listened to, and there is no word of ALSA's own beside the message.</summary>
    private void RequireRefused(string message, params string[] arguments)
    {
        var result = _speaker.Run(arguments);
        Assert.Equal(3, result.ExitCode);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("listening", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("ALSA lib", result.Error, StringComparison.Ordinal);
    }

    private ProcessResult Live(params string[] arguments) => WithMicrophone(
        ["live", "anna", "--device", "recording", "--seconds", $"{Seconds}", "--no-early", .. arguments]);

    private ProcessResult WithMicrophone(params string[] arguments) => _speaker.Run(
        [("ALSA_CONFIG_PATH", RecordedMicrophone.Write(_folder, WaveFile.Pcm16(_speech)))], arguments);
}
