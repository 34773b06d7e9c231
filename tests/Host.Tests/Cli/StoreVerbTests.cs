using System.Text.Json;
using Speaker.CommandLine;
using Speaker.Host.Tests.Support;

namespace Speaker.Host.Tests.Cli;

/// <summary>The verbs that look into the store and change it.</summary>
[Collection(TestModelTests.Name)]
public sealed class StoreVerbTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TestModel _model;
    private readonly SpeakerProcess _speaker;

    public StoreVerbTests(TestModel model)
    {
        _model = model;
        _speaker = new SpeakerProcess(_folder, model.Path);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ShowAndRemoveUtterance_ThreeUtterances_DistancesAreToTheRestAndOneGoes()
    {
        Assert.Equal(0, _speaker.Run("enroll", "anna", Speech(0), Speech(4), Speech(8), "--consent", "door").ExitCode);
        var shown = _speaker.Run("show", "anna", "--json").Json;
        Assert.Equal("door", shown.GetProperty("consent").GetString());
        Assert.Equal(_model.Hash, shown.GetProperty("model").GetString());
        var utterances = shown.GetProperty("utterances").EnumerateArray().ToArray();
        Assert.Equal(
            ["id", "source", "addedAt", "speechSeconds", "distance"],
            utterances[0].EnumerateObject().Select(property => property.Name));
        Assert.Equal(
            ["speech-0.wav", "speech-4.wav", "speech-8.wav"],
            utterances.Select(utterance => utterance.GetProperty("source").GetString()));
        Assert.Contains("speech-4.wav", _speaker.Run("show", "anna").Output, StringComparison.Ordinal);

        // Without the last one the store holds the rest, and verify measures the same distance to it.
        var last = utterances[2].GetProperty("id").GetInt64();
        var removed = _speaker.Run("remove", "anna", "--utterance", $"{last}", "--json");
        Assert.Equal(0, removed.ExitCode);
        Assert.Equal(last, removed.Json.GetProperty("utterance").GetInt64());
        Assert.Equal(2, removed.Json.GetProperty("utterances").GetInt32());
        Assert.Equal(
            _speaker.Run("verify", "anna", Speech(8), "--json").Json.GetProperty("distance").GetDouble(),
            utterances[2].GetProperty("distance").GetDouble(), 5);
        Assert.Equal(-1, File.ReadAllBytes(_speaker.Store).AsSpan().IndexOf("speech-8.wav"u8));

        Assert.Equal(3, _speaker.Run("remove", "anna", "--utterance", $"{last}").ExitCode);
        Assert.Equal(3, _speaker.Run("remove", "nobody", "--utterance", "1").ExitCode);
        Assert.Equal(3, _speaker.Run("show", "nobody").ExitCode);
        foreach (var id in utterances[..2].Select(utterance => utterance.GetProperty("id").GetInt64()))
        {
            Assert.Equal(0, _speaker.Run("remove", "anna", "--utterance", $"{id}").ExitCode);
        }

        Assert.Empty(_speaker.Run("list", "--json").Output);
    }

    [Fact]
    public void Rename_Speaker_KeepsTheVoiceprintAndNoByteOfTheOldName()
    {
        Assert.Equal(0, _speaker.Run("enroll", "anna-of-old", Speech(0)).ExitCode);
        Assert.Equal(0, _speaker.Run("enroll", "boris", Speech(4)).ExitCode);
        var renamed = _speaker.Run("rename", "anna-of-old", "anna", "--json");
        Assert.Equal(0, renamed.ExitCode);
        Assert.Equal("anna", renamed.Json.GetProperty("speaker").GetString());
        Assert.Equal("anna-of-old", renamed.Json.GetProperty("formerName").GetString());
        Assert.Equal(0, _speaker.Run("verify", "anna", Speech(0), "--threshold", "0.00001").ExitCode);
        Assert.Equal(-1, File.ReadAllBytes(_speaker.Store).AsSpan().IndexOf("anna-of-old"u8));

        var taken = _speaker.Run("rename", "anna", "boris");
        Assert.Equal(3, taken.ExitCode);
        Assert.Contains("merge", taken.Error, StringComparison.Ordinal);
        Assert.Equal(3, _speaker.Run("rename", "nobody", "carla").ExitCode);
        Assert.Equal(3, _speaker.Run("rename", "anna", "a/b").ExitCode);
    }

    [Fact]
    public void Merge_TwoNames_OneSpeakerWithEachRecordingOnce()
    {
        Assert.Equal(0, _speaker.Run("enroll", "anna", Speech(0), Speech(4), "--consent", "door").ExitCode);
        Assert.Equal(0, _speaker.Run("enroll", "ann", Speech(4), Speech(8)).ExitCode);
        var strict = ("Speaker__Enrolment__CoherenceTargetFar",
            TestModel.StrictFar.ToString(System.Globalization.CultureInfo.InvariantCulture));
        var refused = _speaker.Run([strict], "merge", "anna", "ann", "--json");
        Assert.Equal(2, refused.ExitCode);
        Assert.False(refused.Json.GetProperty("merged").GetBoolean());
        Assert.Equal(2, _speaker.Run("list", "--json").Lines.Length);

        var merged = _speaker.Run([strict], "merge", "anna", "ann", "--force", "--json");
        Assert.Equal(0, merged.ExitCode);
        Assert.Equal(
            refused.Json.GetProperty("distance").GetDouble(), merged.Json.GetProperty("distance").GetDouble());
        var left = _speaker.Run("show", "ann", "--json").Json;
        Assert.Equal(
            ["speech-0.wav", "speech-4.wav", "speech-8.wav"],
            left.GetProperty("utterances").EnumerateArray()
                .Select(utterance => utterance.GetProperty("source").GetString()).Order(StringComparer.Ordinal));
        Assert.Equal("door", left.GetProperty("consent").GetString());
        Assert.Equal("ann", _speaker.Run("list", "--json").Json.GetProperty("speaker").GetString());
        Assert.Equal(3, _speaker.Run("merge", "ann", "ann").ExitCode);
        Assert.Equal(3, _speaker.Run("merge", "anna", "ann").ExitCode);
    }

    private string Speech(int first)
    {
        var path = _folder.File($"speech-{first}.wav");
        return File.Exists(path) ? path : Sounds.WriteSpeech(path, "de", first);
    }
}
