using System.Text.Json;
using Speaker.Host.Tests.Support;
using Speaker.Inference;

namespace Speaker.Host.Tests.Cli;

/// <summary>Two models ship; a voiceprint is of one of them.</summary>
public sealed class ModelChoiceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Load_NamesOfModels_AreTheTwoInsideTheAssembly()
    {
        var (shipped, accurate, fast) = (VoiceEncoder.Load(null), VoiceEncoder.Load("accurate"), VoiceEncoder.Load("fast"));
        Assert.Equal(shipped.Hash, accurate.Hash);
        Assert.NotEqual(accurate.Hash, fast.Hash);
        Assert.Equal(("accurate", "fast"), (accurate.Card.Name, fast.Card.Name));
        Assert.DoesNotContain(
            accurate.Card.Training!.Corpora.Concat(fast.Card.Training!.Corpora), corpus => corpus.Licence == "not given");
        // Whoever ships weights learnt from others' names them.
        Assert.Contains(accurate.Card.Origins!, origin => origin.Licence == "CC BY 4.0");
        Assert.Equal("Apache-2.0", Assert.Single(fast.Card.Origins!).Licence);
        Assert.Contains(accurate.Card.Origins!, origin => origin.Licence == "Apache-2.0");
    }

    [Fact]
    public void Verify_VoiceprintOfTheOtherModel_SaysWhichItIsOf()
    {
        var speaker = new SpeakerProcess(_folder, null);
        var recording = Sounds.WriteSpeech(_folder.File("a.wav"), "de", count: 6);
        Assert.Equal(0, speaker.Run("enroll", "anna", recording, "--model", "fast").ExitCode);
        Assert.Equal(0, speaker.Run("verify", "anna", recording, "--model", "fast").ExitCode);

        var other = speaker.Run("verify", "anna", recording);
        Assert.Equal(3, other.ExitCode);
        Assert.Contains("'fast'", other.Error, StringComparison.Ordinal);
        Assert.Contains("'accurate'", other.Error, StringComparison.Ordinal);
        Assert.Contains("--model", other.Error, StringComparison.Ordinal);

        Assert.Contains("fast", speaker.Run("list").Output, StringComparison.Ordinal);
        var store = speaker.Run("doctor", "--json").Json.GetProperty("checks").EnumerateArray()
            .Single(check => check.GetProperty("name").GetString() == "store");
        Assert.Equal("warn", store.GetProperty("status").GetString());
        Assert.Contains("--model fast", JsonSerializer.Serialize(store), StringComparison.Ordinal);
    }

    [Fact]
    public void Verify_NoSuchModel_NamesThoseThatShip()
    {
        var result = new SpeakerProcess(_folder, null).Run("embed", "a.wav", "--model", "acurate");
        Assert.Equal(3, result.ExitCode);
        Assert.Contains("give accurate or fast", result.Error, StringComparison.Ordinal);
    }
}
