using System.Globalization;
using System.Text.Json;
using Speaker.CommandLine;
using Speaker.Host.Labels;
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

    [Fact]
    public void Label_Rttm_ReadBackHasTheNamesAndTheLabelsOfTheUnknown()
    {
        Assert.Equal(
            0, _speaker.Run("enroll", "Bo  Ek", WaveFile.Write(_folder.File("boris.wav"), _boris)).ExitCode);
        var border = (double)_anna.Length / Sounds.SampleRate;
        var end = border + ((double)_boris.Length / Sounds.SampleRate);
        // The last two are too little of either voice to be known by the strict threshold.
        var json = Write("talk.json", $$"""
            [{"start": 0, "end": {{Text(border)}}, "speaker": "A"},
             {"start": {{Text(border)}}, "end": {{Text(end)}}, "speaker": "B"},
             {"start": 0.5, "end": 2.5, "speaker": "late guest"}, {"start": 0.5, "end": 2.25}]
            """);
        var rttm = _folder.File("named talk.rttm");
        var first = _speaker.Run("label", _recording, "--segments", json, "--json", "--threshold", "0.001", "--rttm", rttm);
        Assert.True(first.ExitCode == 0, first.Error);
        Assert.Equal(["anna", "Bo  Ek", "-", "-"], Fields(first, "speaker"));
        var lines = File.ReadAllLines(rttm);
        Assert.Equal($"SPEAKER talk 1 0.000 {Text(border).TrimEnd('0')} <NA> <NA> anna <NA> <NA>", lines[0]);
        Assert.All(lines, line => Assert.Equal(10, line.Split(' ').Length));

        var again = _speaker.Run("label", _recording, "--segments", rttm, "--json", "--threshold", "0.001");
        Assert.True(again.ExitCode == 0, again.Error);
        Assert.Equal(["anna", "Bo__Ek", "late_guest", "-"], Fields(again, "label"));
        Assert.Equal(Fields(first, "speaker"), Fields(again, "speaker"));
        Assert.Equal(Fields(first, "distance"), Fields(again, "distance"));

        // What is there is not lost, above all not the segments themselves.
        Assert.Equal(3, _speaker.Run("label", _recording, "--segments", rttm, "--rttm", rttm).ExitCode);
        Assert.Equal(lines, File.ReadAllLines(rttm));
    }

    [Fact]
    public void Rttm_NamesThatWouldBecomeOne_StayApart()
    {
        NamedSegment[] segments =
        [
            new(new DiarisedSegment(0, 1, "anna"), null), new(new DiarisedSegment(1, 2, "A"), "anna"),
            new(new DiarisedSegment(2, 3, "B"), "Bo Ek"), new(new DiarisedSegment(3, 4, "C"), "Bo_Ek"),
            new(new DiarisedSegment(4, 5, "<NA>"), null), new(new DiarisedSegment(5, 6, null), null),
            new(new DiarisedSegment(6, 7.0625, "D"), "anna"),
        ];
        var lines = RttmWriter.Text("a talk", segments).TrimEnd('\n').Split('\n').Select(line => line.Split(' ')).ToArray();
        Assert.Equal(
            ["anna_2", "anna", "Bo_Ek", "Bo_Ek_2", "<NA>_2", "<NA>", "anna"], lines.Select(fields => fields[7]));
        Assert.Equal(["SPEAKER", "a_talk", "1", "6.000", "1.0625"], lines[^1][..5]);
    }

    private static string[] Fields(ProcessResult result, string name) =>
    [
        .. result.Lines.Select(line => JsonSerializer.Deserialize<JsonElement>(line).GetProperty(name)).Select(
            value => value.ValueKind == JsonValueKind.Null ? "-" : value.ToString()),
    ];

    private static string Text(double value) => value.ToString("F6", CultureInfo.InvariantCulture);

    private string Write(string name, string text)
    {
        var path = _folder.File(name);
        File.WriteAllText(path, text);
        return path;
    }
}
