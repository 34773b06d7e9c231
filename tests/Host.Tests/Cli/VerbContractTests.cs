using System.Text.Json;
using Speaker.CommandLine;
using Speaker.Host.Tests.Support;

namespace Speaker.Host.Tests.Cli;

/// <summary>What each verb prints and returns, run as a process.</summary>
[Collection(TestModelTests.Name)]
public sealed class VerbContractTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TestModel _model;
    private readonly SpeakerProcess _speaker;

    public VerbContractTests(TestModel model)
    {
        _model = model;
        _speaker = new SpeakerProcess(_folder, model.Path);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void EnrollAndVerify_OwnRecordings_FulfilTheJsonContract()
    {
        var enrolled = _speaker.Run("enroll", "anna", Speech(0), Speech(4), "--json", "--consent", "door access");
        Assert.Equal(0, enrolled.ExitCode);
        Assert.Equal(2, enrolled.Json.GetProperty("accepted").GetInt32());
        Assert.Equal("door access", enrolled.Json.GetProperty("consent").GetString());
        Assert.Equal(_model.Hash, enrolled.Json.GetProperty("model").GetString());

        var verified = _speaker.Run("verify", "anna", Speech(8), "--json");
        Assert.Equal(0, verified.ExitCode);
        Assert.Equal(
            ["speaker", "decision", "distance", "threshold", "targetFar", "reason", "speechSeconds", "model", "quality",
                "llr", "calibratedFar", "calibratedOn", "file", "missingSeconds", "code"],
            verified.Json.EnumerateObject().Select(property => property.Name));
        Assert.Equal("anna", verified.Json.GetProperty("speaker").GetString());
        Assert.Equal("accept", verified.Json.GetProperty("decision").GetString());
        Assert.Equal(0.01, verified.Json.GetProperty("targetFar").GetDouble());
        Assert.Equal(1.5, verified.Json.GetProperty("threshold").GetDouble());
        Assert.InRange(verified.Json.GetProperty("distance").GetDouble(), 1e-6, 1.5);
        Assert.True(verified.Json.GetProperty("speechSeconds").GetDouble() > 0.25);
        Assert.Equal(_model.Hash, verified.Json.GetProperty("model").GetString());

        // The same bytes give the same distance, and the threshold decides.
        var rejected = _speaker.Run("verify", "anna", Speech(8), "--json", "--threshold", "0.0000001");
        Assert.Equal(1, rejected.ExitCode);
        Assert.Equal("reject", rejected.Json.GetProperty("decision").GetString());
        Assert.Equal(JsonValueKind.Null, rejected.Json.GetProperty("targetFar").ValueKind);
        Assert.Equal(
            verified.Json.GetProperty("distance").GetDouble(), rejected.Json.GetProperty("distance").GetDouble());
        Assert.Equal(1, _speaker.Run("verify", "anna", Speech(8), "--target-far", "0.001").ExitCode);
        Assert.Equal(
            1, _speaker.Run([("Speaker__Verification__TargetFar", "0.001")], "verify", "anna", Speech(8)).ExitCode);

        var between = _speaker.Run("verify", "anna", Speech(8), "--target-far", "0.02");
        Assert.Contains("for 1% false accepts, the next stricter rate, as", between.Output, StringComparison.Ordinal);
        Assert.Contains("none for 2%", string.Join(' ', between.Output.Split(
            (char[])[' ', '\n', '\u2502'], StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);

        var table = _speaker.Run("verify", "anna", Speech(8));
        Assert.Contains("accept", table.Output, StringComparison.Ordinal);
        Assert.Contains("1.500", table.Output, StringComparison.Ordinal);
        Assert.Contains("1%", table.Output, StringComparison.Ordinal);
        Assert.Empty(table.Error);
    }

    [Fact]
    public void Enroll_UtteranceUnlikeTheOthers_IsRefusedAndTheOthersEnrolled()
    {
        Assert.Equal(0, _speaker.Run("enroll", "anna", Speech(0)).ExitCode);
        var strict = ("Speaker__Enrolment__CoherenceTargetFar",
            TestModel.StrictFar.ToString(System.Globalization.CultureInfo.InvariantCulture));
        var result = _speaker.Run([strict], "enroll", "anna", Speech(4), Speech(0), "--json");
        Assert.Equal(2, result.ExitCode);
        Assert.Equal(
            ["refused", "alreadyEnrolled"],
            result.Json.GetProperty("files").EnumerateArray().Select(file => file.GetProperty("status").GetString()));
        Assert.Contains(
            "unlike the speaker's other utterances",
            result.Json.GetProperty("files")[0].GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.Equal(1, result.Json.GetProperty("utterances").GetInt32());
    }

    [Fact]
    public void Enroll_OneFileUnreadable_EnrolsNothing()
    {
        var result = _speaker.Run("enroll", "anna", Speech(0), _folder.File("missing.wav"));
        Assert.Equal(3, result.ExitCode);
        Assert.Empty(_speaker.Run("list", "--json").Output);
    }

    [Fact]
    public void Verify_Silence_IsInconclusiveInJson()
    {
        Assert.Equal(0, _speaker.Run("enroll", "anna", Speech(0)).ExitCode);
        var result = _speaker.Run("verify", "anna", Sounds.WriteSilence(_folder.File("silence.wav"), 3), "--json");
        Assert.Equal(2, result.ExitCode);
        Assert.Equal("inconclusive", result.Json.GetProperty("decision").GetString());
        Assert.Equal(JsonValueKind.Null, result.Json.GetProperty("distance").ValueKind);
        Assert.Equal(0, result.Json.GetProperty("speechSeconds").GetDouble());
    }

    [Fact]
    public void Embed_SeveralFiles_OneJsonLineEachAndTheRefusedOneOnStderr()
    {
        var silence = Sounds.WriteSilence(_folder.File("silence.wav"), 3);
        var result = _speaker.Run("embed", Speech(0), silence, Speech(4), Speech(0));
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("silence.wav", result.Error, StringComparison.Ordinal);
        Assert.Equal(3, result.Lines.Length);
        var vectors = new List<float[]>();
        foreach (var line in result.Lines)
        {
            using var json = JsonDocument.Parse(line);
            Assert.Equal(["file", "embedding", "speechSeconds", "model"],
                json.RootElement.EnumerateObject().Select(p => p.Name));
            vectors.Add([.. json.RootElement.GetProperty("embedding").EnumerateArray().Select(value =>
                value.GetSingle())]);
        }

        Assert.All(vectors, vector => Assert.Equal(1, vector.Sum(x => (double)x * x), 4));
        Assert.Equal(vectors[0], vectors[2]);
        Assert.NotEqual(vectors[0], vectors[1]);
        Assert.Equal(3, _speaker.Run("embed", Speech(0), _folder.File("missing.wav")).ExitCode);
    }

    [Fact]
    public void Identify_EnrolledSpeakers_ListsTheNearest()
    {
        Assert.Equal(0, _speaker.Run("enroll", "anna", Speech(0)).ExitCode);
        Assert.Equal(0, _speaker.Run("enroll", "boris", Sounds.WriteSpeech(_folder.File("boris.wav"), "fr")).ExitCode);
        var found = _speaker.Run(
            [("Speaker__Identification__MinimumMargin", "0")],
            "identify", Speech(0), "--json", "--target-far", "0.01", "--top", "2");
        Assert.Equal(0, found.ExitCode);
        Assert.Equal("anna", found.Json.GetProperty("speaker").GetString());
        Assert.Equal(0, found.Json.GetProperty("distance").GetDouble(), 5);
        Assert.Equal(2, found.Json.GetProperty("candidates").GetArrayLength());
        Assert.True(found.Json.GetProperty("margin").GetDouble() > 0);

        var nobody = _speaker.Run("identify", Speech(8), "--json", "--threshold", "0");
        Assert.Equal(1, nobody.ExitCode);
        Assert.Equal(JsonValueKind.Null, nobody.Json.GetProperty("speaker").ValueKind);
        Assert.Equal(2, _speaker.Run(
            [("Speaker__Identification__MinimumMargin", "2")], "identify", Speech(0), "--threshold", "2").ExitCode);
        Assert.Equal(3, _speaker.Run("identify", Speech(0), "--store", _folder.File("empty.db")).ExitCode);
    }

    [Fact]
    public void ListAndRemove_OneSpeaker_ShowsThenErasesThem()
    {
        Assert.Contains("Nobody is enrolled", _speaker.Run("list").Output, StringComparison.Ordinal);
        Assert.Equal(0, _speaker.Run("enroll", "anna-of-the-test", Speech(0)).ExitCode);
        var listed = _speaker.Run("list", "--json").Json;
        Assert.Equal("anna-of-the-test", listed.GetProperty("speaker").GetString());
        Assert.Equal(1, listed.GetProperty("utterances").GetInt32());
        Assert.Contains("anna-of-the-test", _speaker.Run("list").Output, StringComparison.Ordinal);

        var removed = _speaker.Run("remove", "anna-of-the-test", "--json");
        Assert.Equal(0, removed.ExitCode);
        Assert.True(removed.Json.GetProperty("removed").GetBoolean());
        Assert.Equal(-1, File.ReadAllBytes(_speaker.Store).AsSpan().IndexOf("anna-of-the-test"u8));
        Assert.Equal(3, _speaker.Run("remove", "anna-of-the-test").ExitCode);
    }

    [Fact]
    public void Eval_CorpusAndTrials_FulfilTheJsonContract()
    {
        foreach (var (speaker, language) in (ReadOnlySpan<(string, string)>)[("anna", "de"), ("boris", "fr"),
            ("carla", "es")])
        {
            for (var i = 0; i < 3; i++)
            {
                Sounds.WriteSpeech(_folder.File("corpus", speaker, $"{i}.wav"), language, first: 3 * i, count: 3);
            }
        }

        var corpus = _speaker.Run("eval", "--corpus", _folder.File("corpus"), "--json");
        Assert.Equal(0, corpus.ExitCode);
        Assert.Equal(
            ["trials", "targets", "speakers", "eer", "eerInterval", "minDcf01", "minDcf05", "actDcf01", "actDcf05", "cllr",
                "threshold"],
            corpus.Json.EnumerateObject().Select(property => property.Name).Take(11));
        // 9 utterances make 36 pairs, 3 of each of 3 speakers.
        Assert.Equal(36, corpus.Json.GetProperty("trials").GetInt32());
        Assert.Equal(9, corpus.Json.GetProperty("targets").GetInt32());
        Assert.Equal(3, corpus.Json.GetProperty("speakers").GetInt32());
        Assert.InRange(corpus.Json.GetProperty("eer").GetDouble(), 0, 1);
        Assert.Equal(2, corpus.Json.GetProperty("eerInterval").GetArrayLength());

        var list = _folder.File("corpus", "trials.txt");
        File.WriteAllText(list, "1 anna/0.wav anna/1.wav\n0 anna/0.wav boris/0.wav\n1 boris/0.wav boris/1.wav\n");
        var trials = _speaker.Run("eval", "--trials", list, "--json");
        Assert.Equal(0, trials.ExitCode);
        Assert.Equal((3, 2), (trials.Json.GetProperty("trials").GetInt32(),
            trials.Json.GetProperty("targets").GetInt32()));
        Assert.Contains("corpus", _speaker.Run("eval", "--corpus", _folder.File("corpus")).Output,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Doctor_ModelAndStoreInOrder_ReportsThem()
    {
        var healthy = _speaker.Run("doctor", "--json").Json;
        foreach (var name in (string[])["runtime", "processor", "libsndfile", "model", "sqlite", "store", "disk",
            "demo", "training"])
        {
            Assert.Equal("ok", Status(healthy, name));
        }

        Directory.CreateDirectory(Path.GetDirectoryName(_speaker.Store)!);
        File.WriteAllText(_speaker.Store, string.Concat(Enumerable.Repeat("not a store\n", 100)));
        var ill = _speaker.Run("doctor", "--json", "--model", _folder.File("missing.safetensors"));
        Assert.Equal(3, ill.ExitCode);
        Assert.False(ill.Json.GetProperty("healthy").GetBoolean());
        Assert.Equal(("fail", "fail"), (Status(ill.Json, "model"), Status(ill.Json, "store")));

        static string? Status(JsonElement report, string name) => report.GetProperty("checks").EnumerateArray()
            .Single(check => check.GetProperty("name").GetString() == name).GetProperty("status").GetString();
    }

    private string Speech(int first)
    {
        var path = _folder.File($"speech-{first}.wav");
        return File.Exists(path) ? path : Sounds.WriteSpeech(path, "de", first);
    }
}
