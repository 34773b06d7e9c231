using Speaker.CommandLine;
using Speaker.Host.Tests.Support;

namespace Speaker.Host.Tests.Cli;

/// <summary>The demo with the model that ships, on the recordings of klettres-data.</summary>
public sealed class DemoTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Demo_ShippedModel_MeasuresAndKeepsNothing()
    {
        var speaker = new SpeakerProcess(_folder, modelPath: null);
        var result = speaker.Run("demo", "--json");
        Assert.True(result.ExitCode == 0, result.Error);
        var speakers = result.Json.GetProperty("speakers").GetInt32();
        Assert.InRange(speakers, 10, 20);
        Assert.Equal(speakers * 4, result.Json.GetProperty("targets").GetInt32());
        Assert.Equal(speakers * speakers * 4, result.Json.GetProperty("trials").GetInt32());
        // Chance is 0.5: a front end or an encoder that broke is far above this, whatever the model.
        Assert.InRange(result.Json.GetProperty("eer").GetDouble(), 0, 0.25);
        var interval = result.Json.GetProperty("eerInterval");
        Assert.True(interval[0].GetDouble() <= interval[1].GetDouble());
        Assert.False(File.Exists(speaker.Store));
    }

    [Fact]
    public void Demo_OnTheScreen_OpensWithExamplesShowsEveryVoiceAndSaysWhatToTypeNext()
    {
        var result = new SpeakerProcess(_folder, modelPath: null).Run("demo");
        Assert.True(result.ExitCode == 0, result.Error);
        var words = string.Join(' ', result.Output.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries));
        var (accepted, rejected) = (
            words.IndexOf("accepted, which is right", StringComparison.Ordinal),
            words.IndexOf("rejected, which is right", StringComparison.Ordinal));
        Assert.True(accepted > 0 && rejected > accepted, result.Output);
        Assert.True(rejected < words.IndexOf('\u256d'), result.Output);
        var rows = result.Lines.Count(line => line.Contains("accept", StringComparison.Ordinal)
            && line.StartsWith('\u2502') && line.Contains("right", StringComparison.Ordinal)
            || line.Contains("wrong", StringComparison.Ordinal));
        Assert.Contains($"{rows} volunteers of klettres-data", result.Output, StringComparison.Ordinal);
        Assert.True(
            words.IndexOf("What to type next", StringComparison.Ordinal)
            < words.IndexOf("speaker enroll anna", StringComparison.Ordinal));
    }
}
