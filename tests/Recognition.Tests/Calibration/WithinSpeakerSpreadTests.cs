using Speaker.Calibration;
using Speaker.Metrics;
using Speaker.Scoring;

namespace Speaker.Tests.Calibration;

public class WithinSpeakerSpreadTests
{
    [Fact]
    public void Of_TrialsOfTwoLengths_RowsHoldNinetySevenInAHundredWithEverySpeakerWeighingTheSame()
    {
        // Six speakers with distances 0.001 to 0.1 of short recordings; a seventh with one trial far away.
        var trials = new List<ScoredTrial>();
        for (var speaker = 0; speaker < 6; speaker++)
        {
            trials.AddRange(Enumerable.Range(1, 100).Select(i => Target(i / 1000f, speaker, 1.5)));
        }

        trials.Add(Target(0.9f, 6, 1.5));
        // Long ones lie nearer.
        for (var speaker = 0; speaker < 5; speaker++)
        {
            trials.AddRange(Enumerable.Range(1, 100).Select(i => Target(i / 10_000f, speaker, 6)));
        }

        // Impostors do not count.
        trials.Add(new ScoredTrial(2, false, 0, 1));
        var rows = WithinSpeakerSpread.Of(trials);

        Assert.Equal([(0, 601L, 7), (4, 500L, 5)], rows.Select(row => (row.FromSeconds, row.Trials, row.Speakers)));
        // Of seven speakers the seventh alone is more than three in a hundred.
        Assert.Equal(0.9, rows[0].Distance, 6);
        Assert.Equal(0.0097, rows[1].Distance, 6);
        WithinSpeakerSpread.Validate(rows);
    }

    [Fact]
    public void Of_LongRecordingsFartherApart_ShorterOnesGetNoStricterBound()
    {
        var trials = Enumerable.Range(0, 10).SelectMany(speaker => Enumerable.Range(1, 50).SelectMany(i =>
            (ScoredTrial[])[Target(i / 1000f, speaker, 0.5), Target(i / 100f, speaker, 5)])).ToArray();
        var rows = WithinSpeakerSpread.Of(trials);
        Assert.Equal([0, 4], rows.Select(row => row.FromSeconds));
        Assert.Equal(rows[1].Distance, rows[0].Distance);
    }

    [Fact]
    public void Of_TooFewTrialsOrSpeakers_IsNoRow()
    {
        Assert.Empty(WithinSpeakerSpread.Of(
            Enumerable.Range(0, 6).SelectMany(speaker => Enumerable.Repeat(Target(0.1f, speaker, 2), 16))));
        Assert.Empty(WithinSpeakerSpread.Of(
            Enumerable.Range(0, 4).SelectMany(speaker => Enumerable.Repeat(Target(0.1f, speaker, 2), 100))));
    }

    /// <summary>Two normal kinds of distance with one deviation: the ratio is known without a fit.</summary>
    [Theory]
    [InlineData(0.17, 0.5)]
    [InlineData(0.2, 0.9)]
    [InlineData(0.1, 0.45)]
    public void Estimate_CalibratedRatios_HoldsNinetySevenInAHundredOfOneSpeakersTrials(double deviation, double impostor)
    {
        const double Target = 0.4;
        var slope = (impostor - Target) / (deviation * deviation);
        var scores = new ScoreCalibration(slope, slope * (impostor + Target) / 2);
        var bound = WithinSpeakerSpread.Estimate(scores, null);
        // 1.8807936 deviations above the mean are 97 %; the estimate is at or beyond it, and is exact where the kinds are so
        // far apart as that.
        Assert.InRange(bound, Target + (1.8807936 * deviation) - 1e-6, 2);
        var exact = new ScoreCalibration(1.8807936 / deviation, (Target + (1.8807936 * deviation / 2)) * 1.8807936 / deviation);
        Assert.Equal(Target + (1.8807936 * deviation), WithinSpeakerSpread.Estimate(exact, null), 6);
    }

    [Fact]
    public void Estimate_RatiosThatKnowLength_AreLaxerForShorterRecordings()
    {
        var none = new QualityMeasure(0, 0, 0, 0);
        var scores = new ScoreCalibration(10, 6)
        {
            Quality = new QualityMeasures(new QualityMeasure(-2, 1, 0, 2), none, none),
        };
        var brief = WithinSpeakerSpread.Estimate(scores, new TrialQuality(1, 5, null));
        var lasting = WithinSpeakerSpread.Estimate(scores, new TrialQuality(Math.E, 5, null));
        Assert.Equal(0.2, brief - lasting, 9);
    }

    [Fact]
    public void Validate_RowsOutOfOrder_AreRefused()
    {
        Assert.Throws<ModelException>(() => WithinSpeakerSpread.Validate([new SpreadRow(1, 0.5, 100, 5)]));
        Assert.Throws<ModelException>(() => WithinSpeakerSpread.Validate(
            [new SpreadRow(0, 0.5, 100, 5), new SpreadRow(2, 0.6, 100, 5)]));
        Assert.Throws<ModelException>(() => WithinSpeakerSpread.Validate(
            [new SpreadRow(0, 0.5, 100, 5), new SpreadRow(0, 0.4, 100, 5)]));
    }

    private static ScoredTrial Target(float distance, int speaker, double seconds) =>
        new(distance, true, speaker, speaker) { Quality = new TrialQuality(seconds + 1, seconds, null) };
}
