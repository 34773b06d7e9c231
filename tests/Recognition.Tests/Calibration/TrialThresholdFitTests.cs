using Speaker.Calibration;
using Speaker.Metrics;
using Speaker.Numerics;
using Speaker.Scoring;

namespace Speaker.Tests.Calibration;

/// <summary>Thresholds of trials on made trials whose distances are known.</summary>
public class TrialThresholdFitTests
{
    private const int Speakers = 40;

    /// <summary>Strangers are at 0.7 + 0.05 log s - 0.1 (8 - kHz) / 4, right speakers at 0.55 - 0.15 log s, both 0.15
    /// farther where only one side is narrow.</summary>
    private static readonly (double? Seconds, string Condition, bool BothSides, double Band)[] Cells =
    [
        (0.5, "clean", true, 8), (2, "clean", true, 8), (null, "clean", true, 8), (0.5, "telephone", true, 4),
        (2, "telephone", true, 4), (null, "telephone", true, 4), (2, "telephone", false, 4),
    ];

    [Fact]
    public void Held_StrangersNearerInShortAndNarrowTrials_HoldsTheRateInEachConditionAndOneThresholdDoesNot()
    {
        var held = TrialThresholdFit.Held(Groups(seed: 3), 0.01);
        Assert.Equal(
            Cells.Select(cell => (cell.Condition, cell.BothSides, cell.Seconds)),
            held.Select(h => (h.Condition, h.BothSides, h.Seconds)));
        Assert.All(held, rate => Assert.InRange(rate.Far, 0.005, 0.02));
        Assert.True(held.Max(rate => rate.OneThresholdFar) > 0.03);
    }

    [Fact]
    public void Of_KnownDistances_FindsTheLineAndTheLengthAtWhichARightSpeakerPasses()
    {
        var fitted = TrialThresholdFit.Of(Groups(seed: 5), [0.01, 0.05])!;
        Assert.Equal(Speakers, fitted.Speakers);
        // The 1 % quantile is 2.3263 deviations of 0.08 below the mean.
        Assert.Equal(0.7 + (0.05 * Math.Log(2)) - 0.186, fitted.ThresholdFor(0.01, Quality(2, 8)), 0.015);
        Assert.Equal(
            0.7 + (0.05 * Math.Log(0.5)) - 0.1 - 0.186, fitted.ThresholdFor(0.01, Quality(0.5, 4)), 0.015);
        Assert.Equal(
            0.7 + (0.05 * Math.Log(2)) - 0.1 + 0.15 - 0.186,
            fitted.ThresholdFor(0.01, Quality(2, 4, enrolBand: 8)), 0.015);
        // An enrolment that nothing is known of counts as one of the usual gap.
        Assert.InRange(
            fitted.ThresholdFor(0.01, Quality(2, 4) with { BandwidthGap = null }),
            fitted.ThresholdFor(0.01, Quality(2, 4)), fitted.ThresholdFor(0.01, Quality(2, 4, enrolBand: 8)));
        Assert.True(fitted.ThresholdFor(0.05, Quality(2, 8)) > fitted.ThresholdFor(0.01, Quality(2, 8)));
        // A right speaker at 8 kHz is at the threshold where 0.55 - 0.15 l = 0.514 + 0.05 l: at e^0.18 = 1.2 s.
        Assert.Equal(0.7, fitted.MissingSeconds(0.01, Quality(0.5, 8), beyond: 0.05)!.Value, 0.2);
        Assert.Null(fitted.MissingSeconds(0.01, Quality(2, 8), beyond: 0.05));
        Assert.Null(fitted.MissingSeconds(0.01, Quality(0.5, 8), beyond: 0.6));
    }

    [Fact]
    public void Of_FewSpeakersOrNoRates_IsNone()
    {
        var groups = Groups(seed: 3);
        Assert.Null(TrialThresholdFit.Of(groups, []));
        ConditionTrials[] few = [.. groups.Select(group => group with
        {
            Trials = [.. group.Trials.Where(trial => trial.EnrolSpeaker < 19 && trial.TestSpeaker < 19)],
        })];
        Assert.Null(TrialThresholdFit.Of(few, [0.01]));
    }

    [Fact]
    public void Validate_WeightsThatDoNotFitTheMeasures_IsRefused()
    {
        var fitted = TrialThresholdFit.Of(Groups(seed: 3), [0.01])!;
        fitted.Validate();
        Assert.Throws<ModelException>((fitted with { Measures = [.. fitted.Measures.Skip(1)] }).Validate);
        Assert.Throws<ModelException>((fitted with { Rates = [] }).Validate);
    }

    [Fact]
    public void Of_TrialsWithACohort_HasAtMostSixParameters()
    {
        ConditionTrials[] groups = [.. Groups(seed: 3).Select(group => group with
        {
            Trials = [.. group.Trials.Select((trial, i) => trial with
            {
                Quality = trial.Quality!.Value with { CohortMean = 0.8 + (i % 7 / 100.0), CohortGap = i % 5 / 100.0 },
            })],
        })];
        Assert.Equal(
            [
                TrialMeasure.Shorter, TrialMeasure.SignalToNoise, TrialMeasure.BandwidthGap, TrialMeasure.CohortMean,
                TrialMeasure.CohortGap,
            ],
            TrialThresholdFit.Of(groups, [0.05])!.Measures.Select(range => range.Measure));
    }

    [Fact]
    public void ThresholdFor_MeasuresOfEarlierCards_AreStillReckonedWith()
    {
        var thresholds = new TrialThresholds(
            [new MeasureRange(TrialMeasure.Bandwidth, 6, 4, 8), new MeasureRange(TrialMeasure.CohortMean, 0.8, 0.6, 0.9)],
            [new TrialThreshold(0.01, new MeasureLine(0.4, [0.01, -0.5]), new MeasureLine(0, [0, 0]), 0)], 900, 40);
        Assert.Equal(0.47, thresholds.ThresholdFor(0.01, Quality(2, 8) with { CohortMean = 0.7 }), 1e-12);
    }

    private static TrialQuality Quality(double seconds, double band, double? enrolBand = null) =>
        new(seconds, seconds, 30)
        {
            Bandwidth = band * 1000,
            BandwidthGap = ((enrolBand ?? band) - band) * 1000,
        };

    private static ConditionTrials[] Groups(int seed)
    {
        var random = SplitRandom.For(seed);
        return [.. Cells.Select(cell => new ConditionTrials(
            "made", cell.Condition, cell.BothSides, cell.Seconds,
            [.. Enumerable.Range(0, 6_000).Select(i =>
            {
                var (one, other) = (random.Next(Speakers), random.Next(Speakers));
                other = i % 4 == 0 ? one : one == other ? (one + 1) % Speakers : other;
                var seconds = cell.Seconds ?? (4 * Math.Exp(0.3 * random.NextGaussians().First));
                var length = Math.Log(seconds);
                var mean = one == other ? 0.55 - (0.15 * length) : 0.7 + (0.05 * length);
                mean += (cell.BothSides ? 0 : 0.15) - (0.1 * (8 - cell.Band) / 4);
                return new ScoredTrial((float)(mean + (0.08 * random.NextGaussians().First)), one == other, one, other)
                {
                    Quality = Quality(seconds, cell.Band, cell.BothSides ? cell.Band : 8),
                };
            })]))];
    }
}
