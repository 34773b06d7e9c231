using System.Globalization;
using System.Text.Json;
using Speaker.CommandLine;
using Speaker.Host.Tests.Support;

namespace Speaker.Host.Tests.Cli;

/// <summary>Names for diarised segments.</summary>
[Collection(TestModelTests.Name)]
public sealed class LabelTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly SpeakerProcess _speaker;
    private readonly float[] _anna = Sounds.Speech("de", 0, 4);
    private readonly float[] _boris = Sounds.Speech("fr", 0, 4);
    private readonly string _recording;

    public LabelTests(TestModel model)
    {
        _speaker = new SpeakerProcess(_folder, model.Path);
        _recording = WaveFile.Write(_folder.File("talk.wav"), [.. _anna, .. _boris]);
        Assert.Equal(0, _speaker.Run("enroll", "anna", WaveFile.Write(_folder.File("anna.wav"), _anna)).ExitCode);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Label_RttmAndJson_NameTheEnrolledVoiceAndLeaveTheOtherUnknown()
    {
        var border = (double)_anna.Length / Sounds.SampleRate;
        var end = border + ((double)_boris.Length / Sounds.SampleRate);
        var rttm = Write(
            "talk.rttm",
            $"SPEAKER other 1 0 1 <NA> <NA> A <NA> <NA>\n;; comment\n" +
            $"SPEAKER talk 1 0 {Text(border / 2)} <NA> <NA> A <NA> <NA>\n" +
            $"SPEAKER talk 1 {Text(border)} {Text(end - border)} <NA> <NA> B <NA> <NA>\n" +
            $"SPEAKER talk 1 {Text(border / 2)} {Text(border / 2)} <NA> <NA> A <NA> <NA>\n");
        var json = Write("talk.json", $$"""
            {"segments": [{"start": 0, "end": {{Text(border / 2)}}, "speaker": "A"},
                {"start": {{Text(border)}}, "end": {{Text(end)}}, "label": "B"},
                {"start": {{Text(border / 2)}}, "end": {{Text(border)}}, "speaker": "A"}]}
            """);
        // The two segments of A make the recording that was enrolled, whole; so nothing but that voice is so near.
        foreach (var file in (string[])[rttm, json])
        {
            var result = _speaker.Run("label", _recording, "--segments", file, "--json", "--threshold", "0.001");
            Assert.True(result.ExitCode == 0, result.Error);
            var lines = result.Lines.Select(line => JsonSerializer.Deserialize<JsonElement>(line)).ToArray();
            Assert.Equal(
                ["start", "end", "label", "speaker", "decision", "distance", "threshold", "targetFar", "margin", "reason",
                    "speechSeconds", "model"],
                lines[0].EnumerateObject().Select(property => property.Name));
            Assert.Equal(["A", "B", "A"], lines.Select(line => line.GetProperty("label").GetString()));
            Assert.Equal(["anna", null, "anna"], lines.Select(line => line.GetProperty("speaker").GetString()));
            Assert.Equal(["accept", "reject", "accept"], lines.Select(line => line.GetProperty("decision").GetString()));
            Assert.Equal(border, lines[1].GetProperty("start").GetDouble(), 3);
            Assert.Equal(end, lines[1].GetProperty("end").GetDouble(), 3);
        }

        Assert.Contains(
            "unknown", _speaker.Run("label", _recording, "--segments", rttm, "--threshold", "0.001").Output,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[]", "no segment")]
    [InlineData("SPEAKER talk 1 0,5 1 <NA> <NA> A", "line 1")]
    [InlineData("some text", "no line of RTTM")]
    [InlineData("""[{"start": 2, "end": 1, "speaker": "A"}]""", "segment 1")]
    [InlineData("""[{"start": 0, "speaker": "A"}]""", "segment 1")]
    [InlineData("""[{"start": 9000, "end": 9001, "speaker": "A"}]""", "starts at 9000")]
    [InlineData("""{"turns": []}""", "list of segments")]
    [InlineData("[{", "no valid JSON")]
    public void Label_WhatAreNoSegmentsOfTheRecording_IsBadInput(string contents, string expected)
    {
        var result = _speaker.Run("label", _recording, "--segments", Write("segments", contents));
        Assert.Equal(3, result.ExitCode);
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Label_SegmentsWithoutLabelsAndTooShort_AreJudgedAlone()
    {
        var file = Write("short.json", """[{"start": 0, "end": 0.05}, {"start": 0, "end": 2}]""");
        var result = _speaker.Run("label", _recording, "--segments", file, "--json", "--threshold", "2");
        Assert.Equal(2, result.ExitCode);
        Assert.Equal(
            ["inconclusive", "accept"],
            result.Lines.Select(
                line => JsonSerializer.Deserialize<JsonElement>(line).GetProperty("decision").GetString()));
        Assert.Equal(
            3, _speaker.Run("label", _recording, "--segments", file, "--store", _folder.File("empty.db")).ExitCode);
    }

    private static string Text(double value) => value.ToString("F6", CultureInfo.InvariantCulture);

    private string Write(string name, string text)
    {
        var path = _folder.File(name);
        File.WriteAllText(path, text);
        return path;
    }
}
