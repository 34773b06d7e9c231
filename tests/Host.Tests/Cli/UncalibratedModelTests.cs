using System.Globalization;
using System.Text.Json;
using Speaker.CommandLine;
using Speaker.Host.Tests.Support;
using Speaker.Models;

namespace Speaker.Host.Tests.Cli;

/// <summary>A model that nobody has calibrated says no rate, no probability and no likelihood ratio, in any verb.</summary>
[Collection(TestModelTests.Name)]
public sealed class UncalibratedModelTests : IDisposable
{
    private static readonly string[] Given = ["--threshold", "1.9"];

    private readonly TemporaryFolder _folder = new();
    private readonly SpeakerProcess _speaker;

    public UncalibratedModelTests(TestModel model)
    {
        var path = _folder.File("model", "plain.safetensors");
        ModelFiles.Copy(
            model.Path, path,
            ModelFiles.ReadCard(model.Path) with { Calibration = [], CalibratedOn = null, Scores = null });
        _speaker = new SpeakerProcess(_folder, path);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void AnyVerb_WithoutAThreshold_SaysThatThereIsNone()
    {
        Assert.Equal(0, _speaker.Run("enroll", "anna", Speech(0)).ExitCode);
        foreach (var line in Deciding().Append(["live", "anna"]))
        {
            var result = _speaker.Run(line);
            Assert.True(result.ExitCode == 3, string.Join(' ', line) + result.Output);
            Assert.Empty(result.Output);
            var said = Assert.Single(result.Error.TrimEnd('\n').Split('\n'));
            Assert.Contains("no calibration", said, StringComparison.Ordinal);
            Assert.Contains("--threshold", said, StringComparison.Ordinal);
            Assert.DoesNotContain("%", said, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void AnyVerb_WithAThreshold_GivesDistancesAndNothingElse()
    {
        Assert.Equal(0, _speaker.Run("enroll", "anna", Speech(0)).ExitCode);
        foreach (var line in Deciding())
        {
            var shown = _speaker.Run([.. line, .. Given]);
            Assert.True(shown.ExitCode == 0, string.Join(' ', line) + shown.Error);
            Assert.Contains("1.900", shown.Output, StringComparison.Ordinal);
            // What is clipped is of the recording.
            var said = string.Join('\n', (shown.Output + shown.Error).Split('\n')
                .Where(said => !said.Contains("clipped", StringComparison.Ordinal)));
            foreach (var figure in (string[])["%", "likely", "evidence", "accepts"])
            {
                Assert.DoesNotContain(figure, said, StringComparison.Ordinal);
            }

            foreach (var json in _speaker.Run([.. line, .. Given, "--json"]).Lines)
            {
                using var answer = JsonDocument.Parse(json);
                foreach (var field in (string[])["targetFar", "llr", "calibratedFar", "calibratedOn"])
                {
                    Assert.True(
                        !answer.RootElement.TryGetProperty(field, out var value) || value.ValueKind == JsonValueKind.Null,
                        json);
                }
            }
        }
    }

    /// <summary>How complete an enrolment is counts its seconds; the model has no part in it.</summary>
    [Fact]
    public void EnrollListShowAndMerge_NeedNoCalibration()
    {
        var enrolled = _speaker.Run("enroll", "anna", Speech(0));
        Assert.Contains("anna: 1 of 3 recordings", enrolled.Output, StringComparison.Ordinal);
        Assert.Equal(0, _speaker.Run("enroll", "ann", Speech(4)).ExitCode);
        Assert.Equal(0, _speaker.Run("show", "anna").ExitCode);
        Assert.Equal(2, _speaker.Run("list", "--json").Lines.Length);
        Assert.Equal(0, _speaker.Run("merge", "ann", "anna").ExitCode);
        var card = _speaker.Run("card").Output;
        Assert.DoesNotContain("false accepts", card, StringComparison.Ordinal);
    }

    [Fact]
    public void Demo_WithoutCalibration_SaysThatThereIsNoneAndLeavesNothingBehind()
    {
        var result = _speaker.Run("demo");
        Assert.Equal(3, result.ExitCode);
        Assert.Empty(result.Output);
        Assert.Contains("no calibration", Assert.Single(result.Error.TrimEnd('\n').Split('\n')), StringComparison.Ordinal);
    }

    private string[][] Deciding() =>
    [
        ["verify", "anna", Speech(8)],
        ["verify", "anna", Speech(4), Speech(8)],
        ["identify", Speech(8)],
        ["identify", Speech(4), Speech(8)],
        ["compare", Speech(4), Speech(8)],
        ["cluster", Speech(4), Speech(8)],
        ["label", Speech(8), "--segments", Segments()],
    ];

    private string Segments()
    {
        var path = _folder.File("segments.rttm");
        File.WriteAllText(path, string.Create(
            CultureInfo.InvariantCulture, $"SPEAKER a 1 0 {2.5} <NA> <NA> A <NA> <NA>\n"));
        return path;
    }

    private string Speech(int first)
    {
        var path = _folder.File($"speech-{first}.wav");
        return File.Exists(path) ? path : Sounds.WriteSpeech(path, "de", first);
    }
}
