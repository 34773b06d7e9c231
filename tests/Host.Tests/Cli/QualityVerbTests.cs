using System.Text.Json;
using Speaker.CommandLine;
using Speaker.Host.Tests.Support;

namespace Speaker.Host.Tests.Cli;

/// <summary>What enroll and verify say of a recording's quality, run as a process.</summary>
[Collection(TestModelTests.Name)]
public sealed class QualityVerbTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly SpeakerProcess _speaker;
    private readonly string _good;

    public QualityVerbTests(TestModel model)
    {
        _speaker = new SpeakerProcess(_folder, model.Path);
        _good = Sounds.WriteSpeech(_folder.File("good.wav"), "de", count: 6);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void EnrollAndVerify_GoodRecording_GiveItsQualityInJsonAndOnTheScreen()
    {
        var enrolled = _speaker.Run("enroll", "anna", _good, "--json").Json.GetProperty("files")[0];
        var verified = _speaker.Run("verify", "anna", _good, "--json").Json;

        Assert.Equal(
            ["file", "status", "reason", "speechSeconds", "distance", "quality", "voice", "code"],
            enrolled.EnumerateObject().Select(property => property.Name));
        foreach (var quality in (JsonElement[])[enrolled.GetProperty("quality"), verified.GetProperty("quality")])
        {
            Assert.Equal(
                ["speechSeconds", "snrDb", "clippedFraction", "bandwidthHz", "levelDbfs", "warnings"],
                quality.EnumerateObject().Select(property => property.Name));
            Assert.Equal(
                verified.GetProperty("speechSeconds").GetDouble(), quality.GetProperty("speechSeconds").GetDouble());
            Assert.InRange(quality.GetProperty("clippedFraction").GetDouble(), 0, 0.001);
            Assert.InRange(quality.GetProperty("bandwidthHz").GetDouble(), 5000, 8000);
            Assert.InRange(quality.GetProperty("levelDbfs").GetDouble(), -45, -5);
        }

        Assert.Contains("dBFS, band to", _speaker.Run("verify", "anna", _good).Output, StringComparison.Ordinal);
        Assert.Contains(
            "dBFS, band to", _speaker.Run("enroll", "bela", _good).Output.ReplaceLineEndings(" "),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Verify_NarrowNoisyClippedQuiet_WarnsOfEachAndStillDecides()
    {
        Assert.Equal(0, _speaker.Run("enroll", "anna", _good).ExitCode);
        var speech = Sounds.Speech("de", first: 0, count: 6);
        var peak = speech.Max(Math.Abs);

        Warns("narrow.wav", IdealInterpolation.Resample(speech, Sounds.SampleRate, 8000), 8000, "narrow band");
        Warns("clipped.wav", [.. speech.Select(value => Math.Clamp(value / peak * 8, -1, 1))], 16000, "clipped");
        Warns("quiet.wav", [.. speech.Select(value => value / peak * 0.004f)], 16000, "quiet");

        void Warns(string name, float[] samples, int rate, string warning)
        {
            var path = WaveFile.Write(_folder.File(name), samples, rate: rate);
            var result = _speaker.Run("verify", "anna", path, "--json");
            Assert.InRange(result.ExitCode, 0, 1);
            Assert.Contains(
                result.Json.GetProperty("quality").GetProperty("warnings").EnumerateArray(),
                text => text.GetString()!.StartsWith(warning, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Verify_NoisyRecording_WarnsByTheSettingAndIsRefusedByTheOther()
    {
        Assert.Equal(0, _speaker.Run("enroll", "anna", _good).ExitCode);
        var noisy = WaveFile.Write(_folder.File("noisy.wav"), Noisy(5));

        var warned = _speaker.Run("verify", "anna", noisy, "--json");
        Assert.InRange(warned.ExitCode, 0, 1);
        Assert.InRange(warned.Json.GetProperty("quality").GetProperty("snrDb").GetDouble(), 2, 9.9);
        Assert.Contains("noisy: the speech is about", Warnings(warned), StringComparison.Ordinal);

        var lenient = _speaker.Run(
            [("Speaker__Quality__WarnBelowSignalToNoise", "-20")], "verify", "anna", noisy, "--json");
        Assert.DoesNotContain("noisy", Warnings(lenient), StringComparison.Ordinal);

        var refused = _speaker.Run(
            [("Speaker__Utterance__MinimumSignalToNoise", "15")], "verify", "anna", noisy, "--json");
        Assert.Equal(2, refused.ExitCode);
        Assert.Equal("inconclusive", refused.Json.GetProperty("decision").GetString());
        Assert.Contains(
            "dB above the noise, at least 15 dB is needed", refused.Json.GetProperty("reason").GetString(),
            StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Null, refused.Json.GetProperty("quality").ValueKind);
        Assert.Equal(2, _speaker.Run(
            [("Speaker__Utterance__MinimumSignalToNoise", "15")], "enroll", "bela", noisy).ExitCode);
    }

    [Fact]
    public void Enroll_NarrowRecording_ShowsTheWarningUnderTheTable()
    {
        var narrow = WaveFile.Write(
            _folder.File("narrow.wav"),
            IdealInterpolation.Resample(Sounds.Speech("de", 0, 6), Sounds.SampleRate, 8000), rate: 8000);

        var result = _speaker.Run("enroll", "anna", narrow);

        Assert.Equal(0, result.ExitCode);
        Assert.Contains("warning narrow band: nothing above", result.Output, StringComparison.Ordinal);
    }

    private static string Warnings(ProcessResult result) =>
        result.Json.GetProperty("quality").GetProperty("warnings").ToString();

    /// <summary>Half a second of noise on either side of speech with the same noise, at a ratio in dB.</summary>
    private static float[] Noisy(double ratio)
    {
        var speech = Sounds.Speech("de", first: 0, count: 6);
        var power = speech.Sum(value => (double)value * value) / speech.Length;
        var amplitude = Math.Sqrt(3 * power / Math.Pow(10, ratio / 10));
#pragma warning disable CA5394 // nothing secret about a test's noise
        var random = new Random(1);
        var mixed = new float[8000].Concat(speech).Concat(new float[8000])
            .Select(value => (float)(value + (amplitude * ((2 * random.NextDouble()) - 1)))).ToArray();
#pragma warning restore CA5394
        var scale = 0.9f / mixed.Max(Math.Abs);
        return [.. mixed.Select(value => value * scale)];
    }
}
