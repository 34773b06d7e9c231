using Speaker.CommandLine;
using Speaker.Host.Tests.Support;

namespace Speaker.Host.Tests.Cli;

/// <summary>A whole run of <c>study</c> on real speech, small enough for a test.</summary>
public sealed class StudyTests : IDisposable
{
    private static readonly string[] Small = ["--only", "margin", "--steps", "3", "--seeds", "1"];

    private readonly TemporaryFolder _folder = new();
    private readonly SpeakerProcess _speaker;

    public StudyTests() => _speaker = new SpeakerProcess(_folder, null);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Study_SmallCorpus_PrintsTheClaimAndKeepsItsRuns()
    {
        WriteCorpus("de", "fr", "es", "it", "ru", "hu", "cs", "da");
        var first = _speaker.Run(["study", "--corpus", "corpus", "--out", "kept", "--json", .. Small]);
        Assert.True(first.ExitCode == 0, first.Error);
        Assert.Contains("6 runs of 3 steps to do, 0 kept", first.Error, StringComparison.Ordinal);
        Assert.Contains("run 6 of 6", first.Error, StringComparison.Ordinal);
        var claim = Assert.Single(first.Json.GetProperty("claims").EnumerateArray());
        Assert.Equal("margin", claim.GetProperty("name").GetString());
        var variants = claim.GetProperty("variants").EnumerateArray().ToArray();
        Assert.Equal(
            ["0.05", "0.1", "0.2", "0.3", "0.5", "1"], variants.Select(v => v.GetProperty("name").GetString()));
        Assert.All(variants, v => Assert.InRange(v.GetProperty("eer").GetDouble(), 0, 1));
        Assert.Equal(3, claim.GetProperty("findings").GetArrayLength());

        // The same again is read from the folder, and shown as a table.
        var second = _speaker.Run(["study", "--corpus", "corpus", "--out", "kept", .. Small]);
        Assert.True(second.ExitCode == 0, second.Error);
        Assert.Contains("0 runs of 3 steps to do, 6 kept", second.Error, StringComparison.Ordinal);
        Assert.Contains("Lowest error:", second.Output, StringComparison.Ordinal);
        Assert.Contains("●", second.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Study_BadInput_SaysWhatIsWrong()
    {
        WriteCorpus("de", "fr");
        var few = _speaker.Run(["study", "--corpus", "corpus", .. Small]);
        Assert.Equal(3, few.ExitCode);
        Assert.Contains("has 2 and 0", few.Error, StringComparison.Ordinal);
        var unknown = _speaker.Run("study", "--corpus", "corpus", "--only", "margins");
        Assert.Equal(3, unknown.ExitCode);
        Assert.Contains("no claim named margins", unknown.Error, StringComparison.Ordinal);
        Assert.Equal(3, _speaker.Run("study", "--corpus", "corpus", "--steps", "none").ExitCode);
        Assert.Equal(3, _speaker.Run("study", "--corpus", "corpus", "--seeds", "0").ExitCode);
    }

    private void WriteCorpus(params ReadOnlySpan<string> languages)
    {
        foreach (var language in languages)
        {
            for (var i = 0; i < 3; i++)
            {
                Sounds.WriteSpeech(_folder.File("corpus", language, $"{i}.wav"), language, first: 3 * i, count: 3);
            }
        }
    }
}
