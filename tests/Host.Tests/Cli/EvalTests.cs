using System.Text.Json;
using Speaker.CommandLine;
using Speaker.Host.Tests.Support;

namespace Speaker.Host.Tests.Cli;

/// <summary><c>eval</c> on a few volunteers of klettres-data: what it prints and the page it writes.</summary>
public sealed class EvalTests : IDisposable
{
    private static readonly string[] Volunteers = ["de", "fr", "es", "it"];

    private readonly TemporaryFolder _folder = new();
    private readonly SpeakerProcess _speaker;

    public EvalTests()
    {
        _speaker = new SpeakerProcess(_folder, null);
        foreach (var language in Volunteers)
        {
            for (var i = 0; i < 3; i++)
            {
                Sounds.WriteSpeech(_folder.File("corpus", language, $"{i}.wav"), language, first: 4 * i, count: 4);
            }
        }
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Eval_DurationsAndConditions_AreBesideTheFieldsOfTheContractAndTheSameEachTime()
    {
        string[] line = ["eval", "--corpus", "corpus", "--durations", "1", "--conditions", "telephone,noise", "--json"];
        var result = _speaker.Run(line);
        Assert.True(result.ExitCode == 0, result.Error);
        foreach (var field in (string[])["trials", "targets", "speakers", "eer", "eerInterval", "minDcf01", "minDcf05",
            "actDcf01", "cllr", "threshold"])
        {
            Assert.True(result.Json.TryGetProperty(field, out _), field);
        }

        Assert.Equal(66, result.Json.GetProperty("trials").GetInt32());
        var duration = Assert.Single(result.Json.GetProperty("durations").EnumerateArray());
        Assert.Equal(1, duration.GetProperty("seconds").GetDouble());
        Assert.InRange(duration.GetProperty("eer").GetDouble(), 0, 1);
        Assert.Equal(
            ["telephone", "noise"],
            result.Json.GetProperty("conditions").EnumerateArray().Select(c => c.GetProperty("condition").GetString()));
        Assert.Equal(result.Output, _speaker.Run(line).Output);

        var plain = _speaker.Run("eval", "--corpus", "corpus", "--json");
        Assert.Equal(0, plain.Json.GetProperty("conditions").GetArrayLength());
        Assert.Equal(result.Json.GetProperty("eer").GetDouble(), plain.Json.GetProperty("eer").GetDouble());
    }

    [Fact]
    public void Eval_WriteCardAgainstAnother_PutsTheTableOfBothIntoTheCard()
    {
        using var models = new TestModel();
        foreach (var file in Directory.GetFiles(Path.GetDirectoryName(models.Path)!, "first.*"))
        {
            File.Copy(file, _folder.File("own" + Path.GetExtension(file)));
        }

        var result = _speaker.Run(
            "eval", "--corpus", "corpus", "--model", "own.safetensors", "--against", models.OtherPath, "--write-card",
            "--durations", "0.5,2", "--conditions", "telephone,noise5", "--json");

        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Equal(_folder.File("own.json"), result.Json.GetProperty("card").GetString());
        var against = result.Json.GetProperty("against");
        Assert.Equal(models.OtherHash, against.GetProperty("model").GetString());
        var other = _speaker.Run("eval", "--corpus", "corpus", "--model", models.OtherPath, "--json");
        Assert.Equal(other.Json.GetProperty("eer").GetDouble(), against.GetProperty("eer").GetDouble());
        var grid = result.Json.GetProperty("grid").EnumerateArray().ToArray();
        Assert.Equal(
            from row in (string[])["clean/both", "telephone/test", "telephone/both", "noise5/test", "noise5/both"]
            from seconds in (double?[])[0.5, 2, null]
            select (row, seconds),
            grid.Select(cell => (
                $"{cell.GetProperty("condition").GetString()}/{cell.GetProperty("sides").GetString()}",
                cell.GetProperty("seconds").ValueKind == JsonValueKind.Null
                    ? (double?)null : cell.GetProperty("seconds").GetDouble())));
        Assert.Equal(
            (result.Json.GetProperty("eer").GetDouble(), against.GetProperty("eer").GetDouble()),
            (grid[2].GetProperty("eer").GetDouble(), grid[2].GetProperty("against").GetProperty("eer").GetDouble()));

        var page = _speaker.Run("card", "--model", "own.safetensors");
        Assert.Equal(page.Output, File.ReadAllText(_folder.File("own.md")));
        Assert.Contains("| noise5, both sides | ", page.Output, StringComparison.Ordinal);
        Assert.Contains("In brackets: random 2 on the same trials.", page.Output, StringComparison.Ordinal);
        // The weights are the same: so are its voiceprints and its decisions.
        Assert.Equal(
            models.Hash, _speaker.Run("eval", "--corpus", "corpus", "--model", "own.safetensors", "--json")
                .Json.GetProperty("model").GetString());
    }

    [Fact]
    public void Eval_UnreadableAndOtherFiles_AreInOneListAndTheRestIsMeasured()
    {
        _folder.Write(Path.Combine("corpus", "de", "empty.wav"), []);
        _folder.Write(Path.Combine("corpus", "fr", "text.flac"), "no sound"u8);
        _folder.Write(Path.Combine("corpus", "fr", "notes.txt"), "notes"u8);
        File.CreateSymbolicLink(_folder.File("corpus", "it", "gone.wav"), "nowhere.wav");
        Directory.CreateSymbolicLink(_folder.File("corpus", "es", "all"), "..");

        var result = _speaker.Run("eval", "--corpus", "corpus", "--json");

        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Equal(66, result.Json.GetProperty("trials").GetInt32());
        Assert.Equal(2, result.Json.GetProperty("skipped").GetInt32());
        var list = result.Error.Split('\n').SkipWhile(
            line => !line.StartsWith("speaker: left out", StringComparison.Ordinal));
        Assert.Collection(
            list.Take(5),
            line => Assert.Contains("it/gone.wav: is a link to nowhere.wav", line, StringComparison.Ordinal),
            line => Assert.Contains("de/empty.wav: is empty", line, StringComparison.Ordinal),
            line => Assert.Contains("fr/text.flac: ", line, StringComparison.Ordinal),
            line => Assert.Equal("speaker: passed over by their ending: 1 .txt", line),
            line => Assert.Equal("speaker: passed over as they are counted already under another path: 1", line));
    }

    [Theory]
    [InlineData("--durations", "1,x")]
    [InlineData("--durations", "0")]
    [InlineData("--conditions", "rain")]
    [InlineData("--noise", "noise")]
    public void Eval_OptionThatCannotBe_IsAUsageErrorThatNamesIt(string option, string value)
    {
        var result = _speaker.Run("eval", "--corpus", "corpus", option, value);
        Assert.Equal(3, result.ExitCode);
        Assert.Contains(option, result.Error + result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void EvalDetector_WithReport_SaysThatItTakesNone()
    {
        var result = _speaker.Run(
            "eval", "--detector", "--corpus", "corpus", "--noise", "noise", "--report", "page.html");
        Assert.Equal(3, result.ExitCode);
        Assert.Contains("does not take --report", result.Error + result.Output, StringComparison.Ordinal);
        var card = _speaker.Run("eval", "--detector", "--corpus", "corpus", "--noise", "noise", "--write-card");
        Assert.Equal(3, card.ExitCode);
        Assert.Contains("does not take --write-card", card.Error + card.Output, StringComparison.Ordinal);
    }

    [BrowserFact]
    public void EvalReport_CorpusWithAHostileName_IsAPageWhoseEveryPlotIsDrawn()
    {
        const string hostile = "</script><script>document.title='taken'</script>";
        File.WriteAllLines(
            _folder.File("corpus", "manifest.csv"),
            Volunteers.SelectMany((language, number) => Enumerable.Range(0, 3).Select(i =>
                $"{language}/{i}.wav,{language},{(number < 2 ? hostile : "plain")}"))
                .Prepend("path,speaker,corpus"));
        var result = _speaker.Run("eval", "--corpus", "corpus", "--report", "page.html", "--json");
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.True(result.Json.GetProperty("corpora").TryGetProperty(hostile, out _));
        Assert.Equal(3, result.Json.GetProperty("conditions").GetArrayLength());

        var (page, console) = Browser.Open(_folder.File("page.html"), dark: false, _folder);
        Assert.Empty(console);
        Assert.DoesNotContain("<title>taken", page, StringComparison.Ordinal);
        Assert.DoesNotContain("class=\"plot-error\"", page, StringComparison.Ordinal);
        // Curves, the distances of all and of either corpus, the map.
        Assert.Equal(5, page.Split("class=\"plot drawn\"").Length - 1);
        Assert.Contains("&lt;/script&gt;&lt;script&gt;document.title=", page, StringComparison.Ordinal);
        Assert.Contains("GPL", page, StringComparison.Ordinal);
    }
}
