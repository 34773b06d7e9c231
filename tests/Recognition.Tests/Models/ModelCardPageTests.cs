using System.Globalization;
using Speaker.Calibration;
using Speaker.Inference;
using Speaker.Models;
using Speaker.Scoring;

namespace Speaker.Tests.Models;

public class ModelCardPageTests
{
    [Fact]
    public void Of_FullCard_ShowsEveryFactInTables()
    {
        var culture = CultureInfo.CurrentCulture;
        var commas = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        (commas.NumberFormat.NumberDecimalSeparator, commas.NumberFormat.PercentDecimalSeparator) = (",", ",");
        CultureInfo.CurrentCulture = commas;
        try
        {
            var page = System.Text.Encoding.UTF8.GetString(ModelCardPage.Of(Card()));
            foreach (var fact in (string[])
                     [
                         "# test\n", "| strangers | 12.3% | 10.1% to 15.7% | 0.700 | 0.500 | 9 | 300 | 4,000 |",
                         "| 1% | 0.579 | 31.0% | 20.0% to 40.0% | 98,717 |", "| 0.1% | 0.400 |  |  | not measured |",
                         "Calibrated on trials of mine.", "- Weak where it is loud.",
                         "| made | public domain | 8 | 32 | 0.5 |", "    speaker train --corpus 'my corpus'",
                         "moves with\nthe seconds of speech, the band, and was fitted to\n12,345 impostor trials of 40",
                         "| | 0.5 s | whole |", "| clean | 1.20% (3.40%) | 1.10% (1.00%) |",
                         "| opus, test only |  | 0.90% (6.40%) |",
                         "normalised by the 20 nearest of 60 other voices (somebody)",
                         "| EER | 0.5 s | whole |", "| clean | 20.0% (25.0%) | 10.0% (8.0%) |",
                         "| room, test only | - | 30.0% |", "| target trials, clean | 1,200 | 1,500 |",
                         "both. In brackets: teacher on the same trials. Measured on recordings of mine.",
                         "| a | 12.1% (9.0%) |",
                     ])
            {
                Assert.Contains(fact, page, StringComparison.Ordinal);
            }
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }

    [Fact]
    public void Of_CardWithNothingMeasured_SaysHowToGetThresholds()
    {
        var page = System.Text.Encoding.UTF8.GetString(
            ModelCardPage.Of(RandomEncoder.Card(RandomEncoder.Small)));
        Assert.Contains("speaker calibrate", page, StringComparison.Ordinal);
        Assert.DoesNotContain("## Measured", page, StringComparison.Ordinal);
    }

    [Fact]
    public void SaveAndRead_FullCard_IsTheSameCard()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("own.safetensors");
        var cohort = Cohort.FromEmbeddings(
            [.. Enumerable.Range(0, 60).Select(i => Enumerable.Range(0, 12).Select(j => MathF.Sin((i * 7) + j)).ToArray())]);
        var written = ModelFiles.Save(path, RandomEncoder.Weights(RandomEncoder.Small), Card(), cohort);
        var read = ModelFiles.ReadCard(path);
        Assert.Equal(ModelCardPage.Of(written), ModelCardPage.Of(read));
        // Each corpus is kept where a reader looks for it, and to as many digits as mean something.
        Assert.Equal(
            [null, 0.12126, null], read.Conditions!.Figures.Select(figure => figure.Rates.Corpora?["a"]));
        var copy = ModelFiles.Copy(path, folder.File("copy.safetensors"), written);
        Assert.Equal("copy", copy.Name);
        Assert.Equal(File.ReadAllBytes(path), File.ReadAllBytes(folder.File("copy.safetensors")));
        var original = VoiceEncoder.Load(path);
        var copied = VoiceEncoder.Load(folder.File("copy.safetensors"));
        Assert.Equal(original.Hash, copied.Hash);
        Assert.Single(System.Text.Encoding.UTF8.GetString(ModelFiles.CardAsJsonLine(path)).Split('\n'), l => l.Length > 0);
    }

    private static ConditionRates Rates(double mean, double corpus = 0.5) =>
        new(0.5, mean, new Dictionary<string, double> { ["a"] = corpus });

    private static ModelCard Card() => RandomEncoder.Card(RandomEncoder.Small) with
    {
        Figures = [new ModelFigure("strangers", 4000, 300, 9, 0.123, [0.101, 0.157], 0.7, 0.5)],
        Calibration =
        [
            new CalibrationPoint(0.001, 0.4f, 0),
            new CalibrationPoint(0.01, 0.5786724f, 98_717)
            {
                Frr = 0.31, FrrInterval = [0.2, 0.4], FarInterval = [0.005, 0.02],
            },
        ],
        CalibratedOn = "trials of mine",
        TrialThresholds = new TrialThresholds(
            [new MeasureRange(TrialMeasure.Shorter, 0.5, -0.5, 2), new MeasureRange(TrialMeasure.Bandwidth, 6, 4, 8)],
            [new TrialThreshold(0.01, new MeasureLine(0.5, [0.1, 0.02]), new MeasureLine(0.1, [-0.2, 0]), 0.3)],
            12_345, 40)
        {
            HeldRate = 0.01,
            Held =
            [
                new ConditionRate("clean", true, 0.5, 900, 0.012, 0.8, 0.034),
                new ConditionRate("clean", true, null, 900, 0.011, 0.3, 0.01),
                new ConditionRate("opus", false, null, 900, 0.009, 0.4, 0.064),
            ],
        },
        Conditions = ConditionTable.ForCard("recordings of mine", "teacher",
        [
            new ConditionFigure("clean", true, 0.5, 9000, 1200, Rates(0.2), Rates(0.25)),
            new ConditionFigure("clean", true, null, 9900, 1500, Rates(0.1, 0.121256), Rates(0.08, 0.09)),
            new ConditionFigure("room", false, null, 9900, 1500, Rates(0.3)),
        ]),
        Limitations = ["Weak where it is loud."],
        AsNorm = new AsNormSpecification("", 60, 20, 0.8, 0.1, "somebody"),
        Training = new TrainingSummary(
            "speaker train --corpus 'my corpus'", 1, 4000, 11.3, 1433,
            [new TrainingCorpus("made", "public domain", 8, 32, 1800)]),
    };
}
