using System.Text.Json;
using Speaker.Host.Tests.Support;

namespace Speaker.Host.Tests.Live;

/// <summary><c>enroll --input</c>: the enrolment of <c>--mic</c> without a microphone.</summary>
[Collection(TestModelTests.Name)]
public sealed class EnrolmentInputTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly SpeakerProcess _speaker;

    public EnrolmentInputTests(TestModel model) => _speaker = new SpeakerProcess(_folder, model.Path);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Enroll_SoundThatIsEnough_EnrolsItsPartsAndSaysWhereItStands()
    {
        var samples = Sounds.Speech("de", 0, 40);
        var file = WaveFile.Write(_folder.File("long.wav"), samples);

        var enrolled = _speaker.Run("enroll", "anna", "--input", file, "--json", "--states");
        var piped = _speaker.RunPiped(WaveFile.Pcm16(samples), "enroll", "bert", "--input", "-", "--allow-duplicate");

        Assert.True(enrolled.ExitCode == 0, enrolled.Error);
        JsonElement[] lines = [.. enrolled.Lines.Select(line => JsonDocument.Parse(line).RootElement)];
        var result = lines[^1];
        Assert.Equal(1, result.GetProperty("progress").GetDouble());
        var accepted = result.GetProperty("accepted").GetInt32();
        Assert.InRange(accepted, 3, 5);
        Assert.Equal("long.wav 1", result.GetProperty("files")[0].GetProperty("file").GetString());
        var parts = lines.Where(line => TypeOf(line) == "part").ToArray();
        Assert.Equal(accepted, parts.Count(part => part.GetProperty("status").GetString() == "accepted"));
        Assert.Equal(1, parts[^1].GetProperty("progress").GetDouble());
        var states = lines.Where(line => TypeOf(line) == "state").ToArray();
        Assert.True(states.Length > 10);
        Assert.StartsWith("Yesterday", states[0].GetProperty("prompt").GetString(), StringComparison.Ordinal);
        Assert.NotEqual(states[0].GetProperty("prompt").GetString(), states[^1].GetProperty("prompt").GetString());

        Assert.True(piped.ExitCode == 0, piped.Error);
        Assert.Contains("please say: Yesterday", piped.Error, StringComparison.Ordinal);
        Assert.Contains("100 %", piped.Error, StringComparison.Ordinal);

        static string? TypeOf(JsonElement line) =>
            line.TryGetProperty("type", out var type) ? type.GetString() : null;
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Enroll_NoSuchRecording_IsSaidBeforeAnythingIsAskedFor(bool withSeconds)
    {
        string[] seconds = withSeconds ? ["--seconds", "3"] : [];
        var result = _speaker.Run(["enroll", "anna", "--input", _folder.File("missing.wav"), .. seconds]);
        Assert.Equal(3, result.ExitCode);
        Assert.Contains("missing.wav", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("please", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Enroll_SoundThatEndsTooEarly_EnrolsNothingAndSaysWhatIsMissing()
    {
        var file = WaveFile.Write(_folder.File("short.wav"), Sounds.Speech("de", 0, 6));

        var result = _speaker.Run("enroll", "anna", "--input", file, "--json");

        Assert.Equal(2, result.ExitCode);
        Assert.Equal(2, result.Json.GetProperty("exitCode").GetInt32());
        Assert.Contains("nothing was enrolled", result.Json.GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Contains("of 3 recordings", result.Error, StringComparison.Ordinal);
        Assert.Empty(_speaker.Run("list", "--json").Lines);
    }
}
