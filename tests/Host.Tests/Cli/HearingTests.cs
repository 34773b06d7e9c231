using Speaker.Host.Tests.Support;

namespace Speaker.Host.Tests.Cli;

/// <summary><c>eval</c> and <c>calibrate</c> hear a recording as <c>verify</c> does, with every setting.</summary>
[Collection(TestModelTests.Name)]
public sealed class HearingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly SpeakerProcess _speaker;

    public HearingTests(TestModel model)
    {
        _speaker = new SpeakerProcess(_folder, model.Path);
        foreach (var language in (string[])["de", "fr", "es"])
        {
            for (var i = 0; i < 3; i++)
            {
                Sounds.WriteSpeech(_folder.File("corpus", language, $"{i}.wav"), language, first: 4 * i);
            }
        }
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("MaximumClippedFraction", "0.001", "clipped")]
    [InlineData("MinimumSignalToNoise", "15", "dB above the noise")]
    [InlineData("MaximumSeconds", "20", "one recording may hold 20 s")]
    [InlineData("MinimumSpeechSeconds", "20", "at least 20 s of speech")]
    public void EvalAndCalibrate_RecordingThatASettingRefuses_LeaveItOutForVerifysReason(
        string setting, string value, string reason)
    {
        Assert.Equal(0, _speaker.Run("enroll", "anna", _folder.File("corpus", "de", "0.wav")).ExitCode);
        var odd = WriteOdd(setting);
        (string, string)[] settings = [($"Speaker__Utterance__{setting}", value)];

        var verified = _speaker.Run(settings, "verify", "anna", odd, "--json");
        Assert.Equal(2, verified.ExitCode);
        var said = verified.Json.GetProperty("reason").GetString()!;
        Assert.Contains(reason, said, StringComparison.Ordinal);
        if (setting == "MinimumSpeechSeconds")
        {
            // All of the corpus is shorter.
            Assert.Equal(3, _speaker.Run(settings, "eval", "--corpus", "corpus").ExitCode);
            return;
        }

        foreach (var result in (ProcessResult[])
                 [
                     _speaker.Run(settings, "eval", "--corpus", "corpus", "--json"),
                     _speaker.Run(
                         settings, "calibrate", "--corpus", "corpus", "--target-far", "0.2", "--out", "own", "--json"),
                 ])
        {
            Assert.True(result.ExitCode == 0, result.Error);
            Assert.Equal(1, result.Json.GetProperty("skipped").GetInt32());
            Assert.Contains($"left out {odd}: {said}", result.Error, StringComparison.Ordinal);
        }

        // Without the setting it is heard.
        Assert.InRange(_speaker.Run("verify", "anna", odd).ExitCode, 0, 1);
        Assert.Equal(
            0, _speaker.Run("eval", "--corpus", "corpus", "--json").Json.GetProperty("skipped").GetInt32());
    }

    /// <summary>A recording of the corpus that the setting refuses and the defaults do not.</summary>
    private string WriteOdd(string setting)
    {
        var speech = Sounds.Speech("de", first: 0, count: 6);
        var peak = speech.Max(Math.Abs);
        var random = new Random(1);
        float[] samples = setting switch
        {
            "MaximumClippedFraction" => [.. speech.Select(value => Math.Clamp(value / peak * 8, -1, 1))],
            "MinimumSignalToNoise" => [.. speech.Select(value => value + (0.1f * (float)(random.NextDouble() - 0.5)))],
            "MaximumSeconds" => [.. Enumerable.Repeat(speech, 250_000 / speech.Length * 2).SelectMany(part => part)],
            _ => speech,
        };
        return WaveFile.Write(
            Path.Combine(Directory.CreateDirectory(_folder.File("corpus", "de")).FullName, "odd.wav"), samples);
    }
}
