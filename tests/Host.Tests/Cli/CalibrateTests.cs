using Speaker.CommandLine;
using Speaker.Host.Tests.Support;

namespace Speaker.Host.Tests.Cli;

/// <summary><c>calibrate</c> on real voices, and what the other verbs make of it.</summary>
[Collection(TestModelTests.Name)]
public sealed class CalibrateTests(TestModel model) : IDisposable
{
    private static readonly string[] Languages = ["de", "fr", "es", "it", "ru", "hu", "cs", "da"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Calibrate_OwnTrials_EveryVerbTakesTheNewThresholdsAndVoiceprintsStayValid()
    {
        WriteCorpus("corpus", Languages, 4);
        var before = new SpeakerProcess(_folder, model.Path);
        var sample = _folder.File("corpus", "de", "0.wav");
        Assert.Equal(0, before.Run("enroll", "anna", sample).ExitCode);
        Assert.Equal(System.Text.Json.JsonValueKind.Null,
            before.Run("verify", "anna", sample, "--json").Json.GetProperty("llr").ValueKind);

        // 32 utterances of 8 speakers: 48 target and 448 impostor trials, enough for 5 % and 1 %, not for 0.1 %.
        var calibrated = before.Run(
            "calibrate", "--corpus", "corpus", "--target-far", "0.001,0.01,0.05", "--out", "own", "--json");
        Assert.True(calibrated.ExitCode == 2, calibrated.Error);
        var json = calibrated.Json;
        Assert.Equal((48, 448, 8), (
            json.GetProperty("targets").GetInt32(), json.GetProperty("impostors").GetInt32(),
            json.GetProperty("speakers").GetInt32()));
        Assert.Equal(28, json.GetProperty("impostorPairs").GetInt32());
        Assert.Equal(3.0 / 448, json.GetProperty("strictestFar").GetDouble(), 9);
        Assert.Equal(model.Hash, json.GetProperty("hash").GetString());
        var rates = json.GetProperty("rates").EnumerateArray().ToArray();
        Assert.Equal(3000 - 448, rates[0].GetProperty("missingImpostorTrials").GetInt32());
        Assert.Equal(System.Text.Json.JsonValueKind.Null, rates[0].GetProperty("threshold").ValueKind);
        Assert.InRange(rates[2].GetProperty("far").GetDouble(), 0, 0.05);
        var threshold = rates[2].GetProperty("threshold").GetDouble();

        var after = new SpeakerProcess(_folder, _folder.File("own.safetensors"));
        var measured = after.Run("eval", "--corpus", "corpus", "--target-far", "0.05", "--json");
        Assert.True(measured.ExitCode == 0, measured.Error);
        Assert.Equal(threshold, measured.Json.GetProperty("threshold").GetDouble(), 6);
        Assert.Equal(json.GetProperty("cllr").GetDouble(), measured.Json.GetProperty("cllr").GetDouble(), 3);
        var verified = after.Run("verify", "anna", sample, "--target-far", "0.05", "--json");
        Assert.True(verified.ExitCode == 0, verified.Error);
        Assert.Equal(threshold, verified.Json.GetProperty("threshold").GetDouble(), 6);
        Assert.True(double.IsFinite(verified.Json.GetProperty("llr").GetDouble()));
        Assert.Equal(3, after.Run("verify", "anna", sample, "--target-far", "0.001").ExitCode);
        Assert.Contains(
            "trials of corpus: 48 target and 448 impostor trials of 8 speakers",
            File.ReadAllText(_folder.File("own.md")), StringComparison.Ordinal);

        // In place, for a rate that there are trials for; without --overwrite a copy is never written over another.
        Assert.Equal(0, after.Run("calibrate", "--corpus", "corpus", "--target-far", "0.05").ExitCode);
        Assert.Equal(3, after.Run("verify", "anna", sample).ExitCode);
        Assert.Equal(0, after.Run("verify", "anna", sample, "--target-far", "0.05").ExitCode);
        var again = before.Run("calibrate", "--corpus", "corpus", "--target-far", "0.05", "--out", "own");
        Assert.Equal(3, again.ExitCode);
        Assert.Contains("--overwrite", again.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Calibrate_Cohort_NormalisesEveryVerbsDistances()
    {
        WriteCorpus("corpus", Languages[..4], 3);
        WriteCorpus(
            "others", ["ar", "en", "en_GB", "he", "id", "lt", "ml", "nb", "nds", "nl", "nn", "pt_BR", "tn", "uk"], 1);
        File.WriteAllLines(_folder.File("trials.txt"),
            from one in Languages[..4] from other in Languages[..4] from i in Enumerable.Range(0, 3)
            select $"{(one == other ? 1 : 0)} {one}/{i}.wav {other}/{(i + 1) % 3}.wav");
        var plain = new SpeakerProcess(_folder, model.Path);
        var result = plain.Run(
            "calibrate", "--trials", "trials.txt", "--root", "corpus", "--cohort", "others", "--target-far", "0.2",
            "--out", "own", "--json");
        Assert.True(result.ExitCode == 0, result.Error);
        // In four short clips of a volunteer there may be no speech: such a one is left out.
        Assert.InRange(
            result.Json.GetProperty("cohortSpeakers").GetInt32(), 10,
            Directory.GetDirectories(_folder.File("others")).Length);

        var normalised = new SpeakerProcess(_folder, _folder.File("own.safetensors"));
        var sample = _folder.File("corpus", "de", "0.wav");
        Assert.Equal(0, plain.Run("enroll", "anna", sample).ExitCode);
        string[] verify = ["verify", "anna", _folder.File("corpus", "fr", "0.wav"), "--threshold", "1", "--json"];
        var (cosine, distance) = (plain.Run(verify).Json, normalised.Run(verify).Json);
        Assert.Equal(cosine.GetProperty("model").GetString(), distance.GetProperty("model").GetString());
        Assert.NotEqual(
            cosine.GetProperty("distance").GetDouble(), distance.GetProperty("distance").GetDouble(), 1e-4);

        var mixed = plain.Run(
            "calibrate", "--trials", "trials.txt", "--root", "corpus", "--cohort", "corpus", "--out", "other");
        Assert.Equal(3, mixed.ExitCode);
        Assert.Contains("in the trials and in the cohort", mixed.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Calibrate_NothingToGoBy_ChangesNothing()
    {
        WriteCorpus("corpus", Languages[..2], 2);
        var speaker = new SpeakerProcess(_folder, model.Path);
        var few = speaker.Run("calibrate", "--corpus", "corpus", "--target-far", "0.01", "--out", "own");
        Assert.Equal(2, few.ExitCode);
        Assert.Contains("Nothing was written", few.Output, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.File("own.safetensors")));

        var shipped = new SpeakerProcess(_folder, null).Run("calibrate", "--corpus", "corpus", "--target-far", "0.5");
        Assert.Equal(3, shipped.ExitCode);
        Assert.Contains("a model that ships", shipped.Error, StringComparison.Ordinal);
        Assert.Equal(3, speaker.Run("calibrate", "--corpus", "corpus", "--target-far", "2").ExitCode);
        Assert.Equal(3, speaker.Run("calibrate", "--target-far", "0.1").ExitCode);
    }

    private void WriteCorpus(string name, string[] languages, int each)
    {
        foreach (var language in languages.Where(language => Directory.Exists($"/usr/share/klettres/{language}")))
        {
            for (var i = 0; i < each; i++)
            {
                Sounds.WriteSpeech(_folder.File(name, language, $"{i}.wav"), language, first: 4 * i);
            }
        }
    }
}
