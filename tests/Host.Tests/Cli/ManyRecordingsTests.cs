using System.Text.Json;
using System.Xml.Linq;
using Speaker.CommandLine;
using Speaker.Host.Tests.Support;

namespace Speaker.Host.Tests.Cli;

/// <summary>Two recordings without a store, and many of them in one process.</summary>
[Collection(TestModelTests.Name)]
public sealed class ManyRecordingsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly SpeakerProcess _speaker;

    public ManyRecordingsTests(TestModel model) => _speaker = new SpeakerProcess(_folder, model.Path);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Compare_TwoRecordings_DecidesAsTheThresholdSaysAndTouchesNoStore()
    {
        var (one, other) = (Speech(0), Speech(8));
        var compared = _speaker.Run("compare", one, other, "--json");
        Assert.Equal(0, compared.ExitCode);
        Assert.Equal(
            ["first", "second", "decision", "distance", "threshold", "targetFar", "reason", "speechSeconds", "model",
                "quality", "llr", "calibratedFar", "calibratedOn", "missingSeconds", "code"],
            compared.Json.EnumerateObject().Select(property => property.Name));
        Assert.Equal(one, compared.Json.GetProperty("first").GetString());
        Assert.Equal("accept", compared.Json.GetProperty("decision").GetString());
        Assert.False(File.Exists(_speaker.Store));

        // Whoever enrols the first and verifies the second is told the same distance.
        Assert.Equal(0, _speaker.Run("enroll", "anna", one).ExitCode);
        Assert.Equal(
            _speaker.Run("verify", "anna", other, "--json").Json.GetProperty("distance").GetDouble(),
            compared.Json.GetProperty("distance").GetDouble(), 5);

        Assert.Equal(1, _speaker.Run("compare", one, other, "--threshold", "0.0000001").ExitCode);
        var refused = _speaker.Run("compare", Sounds.WriteSilence(_folder.File("silence.wav"), 3), other, "--json");
        Assert.Equal(2, refused.ExitCode);
        Assert.StartsWith("silence.wav: ", refused.Json.GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.Equal(3, _speaker.Run("compare", one, _folder.File("missing.wav")).ExitCode);
        Assert.Equal(3, _speaker.Run("compare", one).ExitCode);
    }

    [Fact]
    public void VerifyAndIdentify_SeveralFilesAndAList_AnswerEachAndReturnTheHighestCode()
    {
        Assert.Equal(0, _speaker.Run("enroll", "anna", Speech(0)).ExitCode);
        var list = _folder.File("list.txt");
        File.WriteAllText(list, $"{Speech(4)}\n\n{Sounds.WriteSilence(_folder.File("silence.wav"), 3)}\n");
        foreach (var verb in (string[][])[["verify", "anna"], ["identify", "--target-far", "0.01"]])
        {
            var two = _speaker.Run([.. verb, Speech(8), Speech(4), "--json"]);
            Assert.Equal(0, two.ExitCode);
            Assert.Equal([Speech(8), Speech(4)], two.Lines.Select(line => Field(line, "file")));

            var listed = _speaker.Run([.. verb, Speech(8), "--list", list, "--json"]);
            Assert.Equal(2, listed.ExitCode);
            Assert.Equal(["accept", "accept", "inconclusive"], listed.Lines.Select(line => Field(line, "decision")));

            var unreadable = _speaker.Run([.. verb, _folder.File("missing.wav"), Speech(8), "--json"]);
            Assert.Equal(3, unreadable.ExitCode);
            Assert.Contains("missing.wav", Field(unreadable.Lines[0], "error"), StringComparison.Ordinal);
            Assert.Equal("accept", Field(unreadable.Lines[1], "decision"));

            Assert.Contains("accept", _speaker.Run([.. verb, Speech(8), Speech(4)]).Output, StringComparison.Ordinal);
            Assert.Equal(3, _speaker.Run(verb).ExitCode);
        }
    }

    [Fact]
    public void Verify_Batch_DecidesEveryTrialOfTheList()
    {
        Assert.Equal(0, _speaker.Run("enroll", "anna", Speech(0)).ExitCode);
        Assert.Equal(0, _speaker.Run("enroll", "Bo Ek", Speech(4)).ExitCode);
        var list = _folder.File("trials.txt");
        File.WriteAllText(
            list, $"anna {Speech(0)}\n0 anna {Speech(4)}\nBo Ek\t{Speech(4)}\nnobody {Speech(0)}\n");
        var batch = _speaker.Run("verify", "--batch", list, "--json", "--threshold", "0.00001");
        Assert.Equal(3, batch.ExitCode);
        Assert.Equal(["accept", "reject", "accept"], batch.Lines[..3].Select(line => Field(line, "decision")));
        Assert.Equal(["anna", "anna", "Bo Ek"], batch.Lines[..3].Select(line => Field(line, "speaker")));
        Assert.Contains("unknown speaker 'nobody'", Field(batch.Lines[3], "error"), StringComparison.Ordinal);

        File.WriteAllText(list, "anna\n");
        var wrong = _speaker.Run("verify", "--batch", list);
        Assert.Equal(3, wrong.ExitCode);
        Assert.Contains("line 1", wrong.Error, StringComparison.Ordinal);
        Assert.Equal(3, _speaker.Run("verify", "anna", "--batch", list).ExitCode);
    }

    [Fact]
    public void Cluster_TheSameRecordingTwice_IsOneVoiceAndWhatCannotBeUsedIsNamed()
    {
        var copy = _folder.File("copy.wav");
        File.Copy(Speech(0), copy);
        var silence = Sounds.WriteSilence(_folder.File("silence.wav"), 3);
        var result = _speaker.Run("cluster", Speech(0), Speech(4), copy, silence, "--threshold", "0.00001", "--json");
        Assert.Equal(2, result.ExitCode);
        var voices = result.Json.GetProperty("voices").EnumerateArray().Select(
            voice => voice.GetProperty("files").EnumerateArray().Select(
                file => file.GetProperty("file").GetString()).ToArray()).ToArray();
        string?[][] expected = [[Speech(0), copy], [Speech(4)]];
        Assert.Equal(expected, voices);
        Assert.Equal(silence, result.Json.GetProperty("refused")[0].GetProperty("file").GetString());
        Assert.Equal(
            JsonValueKind.Null,
            result.Json.GetProperty("voices")[1].GetProperty("files")[0].GetProperty("distance").ValueKind);
        Assert.False(File.Exists(_speaker.Store));

        Assert.Equal(0, _speaker.Run("cluster", Speech(0), Speech(4)).ExitCode);
        Assert.Equal(3, _speaker.Run("cluster", Speech(0), _folder.File("missing.wav")).ExitCode);
        Assert.Equal(3, _speaker.Run("cluster").ExitCode);
    }

    [Fact]
    public void Cluster_Image_ShowsEveryRecordingInTheColourOfItsVoice()
    {
        var copy = _folder.File("a <copy> & more.wav");
        File.Copy(Speech(0), copy);
        var silence = Sounds.WriteSilence(_folder.File("silence.wav"), 3);
        var image = _folder.File("maps", "map.svg");
        var result = _speaker.Run(
            "cluster", Speech(0), Speech(4), copy, silence, "--threshold", "0.00001", "--image", image, "--json");
        Assert.Equal(2, result.ExitCode);
        Assert.Equal(image, result.Json.GetProperty("image").GetString());
        XNamespace svg = "http://www.w3.org/2000/svg";
        var map = XDocument.Load(image);
        var points = map.Descendants(svg + "circle").Where(point => point.Element(svg + "title") is not null)
            .ToDictionary(
                point => point.Element(svg + "title")!.Value,
                point => (X: (string?)point.Attribute("cx"), Y: (string?)point.Attribute("cy"),
                    Colour: (string?)point.Attribute("fill")));
        Assert.Equal(3, points.Count);
        var (first, other, again) = (
            points[$"{Speech(0)}, voice 1"], points[$"{Speech(4)}, voice 2"], points[$"{copy}, voice 1"]);
        Assert.Equal(first, again);
        Assert.NotEqual(first.Colour, other.Colour);
        Assert.NotEqual(first.X, other.X);
        var texts = map.Descendants(svg + "text").Select(text => text.Value).ToArray();
        Assert.Contains("a <copy> & more.wav", texts);
        Assert.Contains("voice 1: 2 recordings", texts);
        Assert.Contains("voice 2: 1 recording", texts);

        Assert.Contains("map.svg", _speaker.Run("cluster", Speech(0), "--image", image).Output, StringComparison.Ordinal);
        var png = _speaker.Run("cluster", Speech(0), "--image", "map.png");
        Assert.Equal(3, png.ExitCode);
        Assert.Contains(".svg", png.Error, StringComparison.Ordinal);
    }

    private static string? Field(string line, string name)
    {
        using var json = JsonDocument.Parse(line);
        return json.RootElement.GetProperty(name).GetString();
    }

    private string Speech(int first)
    {
        var path = _folder.File($"speech-{first}.wav");
        return File.Exists(path) ? path : Sounds.WriteSpeech(path, "de", first);
    }
}
