using Speaker.Host.Tests.Support;

namespace Speaker.Host.Tests.Cli;

/// <summary>The verbs accept a recording that is enrolled, unless they are asked not to.</summary>
[Collection(TestModelTests.Name)]
public sealed class ReplayVerbTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly SpeakerProcess _speaker;
    private readonly string _enrolled;
    private readonly string _other;

    public ReplayVerbTests(TestModel model)
    {
        _speaker = new SpeakerProcess(_folder, model.Path);
        _enrolled = Sounds.WriteSpeech(_folder.File("a.wav"), "de");
        _other = Sounds.WriteSpeech(_folder.File("b.wav"), "de", 4);
        Assert.Equal(0, _speaker.Run("enroll", "anna", _enrolled).ExitCode);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Verify_EnrolledRecording_IsAcceptedUnlessReplaysAreRefused()
    {
        Assert.Equal("withinThreshold", CodeOf(_speaker.Run("verify", "anna", _enrolled, "--json"), 0));
        var refused = _speaker.Run("verify", "anna", _enrolled, "--refuse-replays", "--json");
        Assert.Equal("replayed", CodeOf(refused, 1));
        Assert.Equal("reject", refused.Json.GetProperty("decision").GetString());
        Assert.False(refused.Json.TryGetProperty("challenge", out _));
        (string, string)[] setting = [("Speaker__Replay__Enabled", "true")];
        Assert.Equal("replayed", CodeOf(_speaker.Run(setting, "verify", "anna", _enrolled, "--json"), 1));
    }

    /// <summary>Only what is enrolled: the files of one call may be copies of each other.</summary>
    [Fact]
    public void Verify_OneFileTwiceWithoutReplays_IsAcceptedTwice()
    {
        var answers = _speaker.Run("verify", "anna", _other, _other, "--refuse-replays", "--json");
        Assert.Equal(0, answers.ExitCode);
        Assert.Equal(2, answers.Lines.Length);
    }

    private static string? CodeOf(ProcessResult result, int exitCode)
    {
        Assert.True(result.ExitCode == exitCode, $"{result.ExitCode}: {result.Output}{result.Error}");
        return result.Json.GetProperty("code").GetString();
    }
}
