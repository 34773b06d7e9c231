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

    [Fact]
    public void Estimate_MissesOfANormalDistribution_IsItsQuantile()
    {
        // Mean 0.5, deviation 0.1: at 0.4 a share of 0.8413 is beyond, at 0.5 half, at 0.6 a share of 0.1587.
        CalibrationPoint[] points =
        [
            new(0.001, 0.4f, 1000) { Frr = 0.841344746068543 }, new(0.01, 0.5f, 1000) { Frr = 0.5 },
            new(0.05, 0.6f, 1000) { Frr = 0.158655253931457 },
        ];
        var row = Assert.Single(WithinSpeakerSpread.Estimate(points));
        Assert.Equal(0.5 + (0.1 * 1.8807936081512509), row.Distance, 5);
        Assert.Equal((0, 0), (row.FromSeconds, row.Trials));
        Assert.Empty(WithinSpeakerSpread.Estimate(points[..1]));
        Assert.Empty(WithinSpeakerSpread.Estimate(points.Select(point => point with { Frr = null })));
        Assert.Empty(WithinSpeakerSpread.Estimate(points.Select(point => point with { Frr = 0 })));
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
