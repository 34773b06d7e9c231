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
            ["id", "source", "addedAt", "speechSeconds", "distance", "quality", "note"],
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
    public void ShowExportAndImport_ForcedUtteranceAndOneOfAnOldFile_KeepNoteAndQualityOrSayThatTheyWereNotKept()
    {
        Assert.Equal(0, _speaker.Run("enroll", "anna", Speech(0), "--force", "with a \u00ABcold\u00BB", "--json").ExitCode);
        Assert.Equal(3, _speaker.Run("enroll", "anna", Speech(4), "--force", " ").ExitCode);
        var verified = _speaker.Run("verify", "anna", Speech(0), "--json").Json.GetProperty("quality");
        var file = _folder.File("voiceprints.json");
        Assert.Equal(0, _speaker.Run("export", file).ExitCode);
        var other = _folder.File("other.db");
        Assert.Equal(0, _speaker.Run("import", file, "--store", other).ExitCode);
        foreach (var store in (string[])[_speaker.Store, other])
        {
            var shown = _speaker.Run("show", "anna", "--json", "--store", store).Json.GetProperty("utterances")[0];
            Assert.Equal("with a \u00ABcold\u00BB", shown.GetProperty("note").GetString());
            foreach (var name in (string[])["speechSeconds", "snrDb", "clippedFraction", "bandwidthHz", "levelDbfs"])
            {
                Assert.Equal(
                    verified.GetProperty(name).GetRawText(), shown.GetProperty("quality").GetProperty(name).GetRawText());
            }

            var page = _speaker.Run("show", "anna", "--store", store).Output;
            Assert.Contains("with a \u00ABcold\u00BB", page, StringComparison.Ordinal);
            Assert.Contains("dB above the noise", page, StringComparison.Ordinal);
        }

        // A file of an earlier version has neither.
        var old = System.Text.Json.Nodes.JsonNode.Parse(File.ReadAllText(file))!;
        var utterance = old["speakers"]![0]!["utterances"]![0]!.AsObject();
        Assert.True(utterance.Remove("quality") && utterance.Remove("note"));
        File.WriteAllText(file, old.ToJsonString());
        var third = _folder.File("third.db");
        Assert.Equal(0, _speaker.Run("import", file, "--store", third).ExitCode);
        Assert.Contains("quality not kept", _speaker.Run("show", "anna", "--store", third).Output, StringComparison.Ordinal);
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

    [Fact]
    public void ExportAndImport_TwoSpeakers_AnotherStoreAnswersTheSame()
    {
        Assert.Equal(0, _speaker.Run("enroll", "anna", Speech(0), Speech(4), "--consent", "door").ExitCode);
        Assert.Equal(0, _speaker.Run("enroll", "Jos\u00E9", Speech(8)).ExitCode);
        var file = _folder.File("voiceprints.json");
        var exported = _speaker.Run("export", file, "--json");
        Assert.Equal(0, exported.ExitCode);
        Assert.Equal(2, exported.Json.GetProperty("speakers").GetInt32());
        Assert.Equal(3, exported.Json.GetProperty("utterances").GetInt32());
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }

        using (var json = JsonDocument.Parse(File.ReadAllBytes(file)))
        {
            Assert.Equal("speaker-voiceprints", json.RootElement.GetProperty("format").GetString());
            Assert.Equal(_model.Hash, json.RootElement.GetProperty("model").GetString());
        }

        var other = _folder.File("other.db");
        var imported = _speaker.Run("import", file, "--store", other, "--json");
        Assert.Equal(0, imported.ExitCode);
        Assert.Equal(3, imported.Json.GetProperty("utterances").GetInt32());
        Assert.Equal(_speaker.Run("list", "--json").Output, _speaker.Run("list", "--json", "--store", other).Output);
        foreach (var name in (string[])["anna", "Jos\u00E9"])
        {
            Assert.Equal(
                _speaker.Run("verify", name, Speech(8), "--json").Output,
                _speaker.Run("verify", name, Speech(8), "--json", "--store", other).Output);
        }

        var again = _speaker.Run("import", file, "--store", other, "--json").Json;
        Assert.Equal(0, again.GetProperty("utterances").GetInt32());
        Assert.Equal(3, again.GetProperty("alreadyEnrolled").GetInt32());
        Assert.Equal(3, _speaker.Run("export", file).ExitCode);
        Assert.Equal(3, _speaker.Run("export", _folder.File("new.json"), "nobody").ExitCode);
    }

    [Fact]
    public void Import_WhatIsNoFileOfThisModel_IsRefusedAndNothingIsAdded()
    {
        Assert.Equal(0, _speaker.Run("enroll", "anna", Speech(0)).ExitCode);
        var file = _folder.File("voiceprints.json");
        Assert.Equal(0, _speaker.Run("export", file).ExitCode);
        var text = File.ReadAllText(file);
        var store = _folder.File("other.db");
        foreach (var (damaged, expected) in (ReadOnlySpan<(string, string)>)
        [
            (text[..(text.Length / 2)], "no file of voiceprints"),
            (text.Replace(_model.Hash, _model.OtherHash, StringComparison.Ordinal), "model in use"),
            (text.Replace("\"embedding\":[", "\"embedding\":[0,", StringComparison.Ordinal), "dimensions"),
            (text.Replace("\"anna\"", "\"../anna\"", StringComparison.Ordinal), "slash"),
            (text.Replace("\"version\":1", "\"version\":2", StringComparison.Ordinal), "version 2"),
            ("{}", "no file of voiceprints"),
        ])
        {
            var path = _folder.File("damaged.json");
            File.WriteAllText(path, damaged);
            var result = _speaker.Run("import", path, "--store", store);
            Assert.True(result.ExitCode == 3, result.Error);
            Assert.Contains(expected, result.Error, StringComparison.Ordinal);
            Assert.Empty(_speaker.Run("list", "--json", "--store", store).Output);
        }

        Assert.Equal(3, _speaker.Run("import", file, "--model", _model.OtherPath, "--store", store).ExitCode);
        Assert.Equal(3, _speaker.Run("import", _folder.File("missing.json")).ExitCode);
    }

    [Fact]
    public void Import_FileOfTheOtherImport_NamesTheCommandThatIsMeant()
    {
        Assert.Equal(0, _speaker.Run("enroll", "anna", Speech(0)).ExitCode);
        var voiceprints = _folder.File("voiceprints.json");
        Assert.Equal(0, _speaker.Run("export", voiceprints).ExitCode);
        var weights = _folder.File("weights.safetensors");
        File.Copy(_model.Path, weights);

        var here = _speaker.Run("import", weights);
        Assert.Equal(3, here.ExitCode);
        Assert.Contains($"'speaker-train import {weights} --out MODEL'", here.Error, StringComparison.Ordinal);
        Assert.Contains("--model", _speaker.Run("import", _model.Path).Error, StringComparison.Ordinal);

        var there = _speaker.RunTrainer("import", voiceprints, "--out", _folder.File("model"));
        Assert.Equal(3, there.ExitCode);
        Assert.Contains($"'speaker import {voiceprints}'", there.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.File("model.safetensors")));
    }

    private string Speech(int first)
    {
        var path = _folder.File($"speech-{first}.wav");
        return File.Exists(path) ? path : Sounds.WriteSpeech(path, "de", first);
    }
}
