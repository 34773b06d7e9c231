using Speaker.Calibration;
using Speaker.Metrics;
using Speaker.Numerics;

namespace Speaker.Tests.Calibration;

public class TrialCalibrationTests
{
    [Fact]
    public void Of_Trials_ThresholdsAndRatesAreThoseOfTheCountedTrials()
    {
        var trials = Trials(1, speakers: 12, each: 6);
        var calibration = TrialCalibration.Of(trials, [0.05, 0.01, 0.01, 0.0001]);
        Assert.Equal(12 * 15, calibration.Targets);
        Assert.Equal(66 * 36, calibration.Impostors);
        Assert.Equal((12, 66L), (calibration.Speakers, calibration.ImpostorPairs));
        Assert.Equal(3.0 / (66 * 36), calibration.StrictestFar);
        Assert.Equal([0.0001, 0.01, 0.05], calibration.Rates.Select(rate => rate.TargetFar));
        Assert.Equal(30_000 - (66 * 36), calibration.Rates[0].MissingImpostorTrials);
        Assert.Null(calibration.Rates[0].Point);
        foreach (var rate in calibration.Rates.Skip(1))
        {
            var point = rate.Point!;
            var impostors = trials.Where(t => !t.IsTarget).ToArray();
            var targets = trials.Where(t => t.IsTarget).ToArray();
            Assert.Equal(impostors.Count(t => t.Distance <= point.Threshold) / (double)impostors.Length, rate.Far!.Value);
            Assert.True(rate.Far <= rate.TargetFar);
            // The next larger impostor distance would let in too many.
            var next = impostors.Where(t => t.Distance > point.Threshold).Min(t => t.Distance);
            Assert.True(impostors.Count(t => t.Distance <= next) > rate.TargetFar * impostors.Length);
            Assert.Equal(targets.Count(t => t.Distance > point.Threshold) / (double)targets.Length, point.Frr!.Value);
            Assert.InRange(point.Frr.Value, point.FrrInterval![0], point.FrrInterval[1]);
            Assert.InRange(rate.Far.Value, point.FarInterval![0], point.FarInterval[1]);
        }
    }

    [Fact]
    public void ApplyTo_Card_HoldsThresholdsScoresAndWhereTheyAreFrom()
    {
        var calibration = TrialCalibration.Of(Trials(2, 12, 6), [0.01, 0.0001]);
        var card = RandomEncoder.Card(RandomEncoder.Small).CalibratedBy(calibration, "trials of mine");
        Assert.Equal(calibration.Points, card.Calibration);
        Assert.Equal(0.01, Assert.Single(card.Calibration).TargetFar);
        Assert.Same(calibration.Scores, card.Scores);
        Assert.Equal("trials of mine: 180 target and 2,376 impostor trials of 12 speakers", card.CalibratedOn);
    }

    [Fact]
    public void Of_OneKindMissing_IsRefused() => Assert.Throws<ModelException>(
        () => TrialCalibration.Of([.. Trials(3, 12, 6).Where(t => t.IsTarget)], [0.01]));

    [Fact]
    public void BootstrapAt_Trials_IsThatOfTrialsRepeatedAsTheirSpeakersAreDrawn()
    {
        var trials = Trials(4, speakers: 6, each: 3);
        const double Threshold = 0.7;
        var (frr, far) = SpeakerBootstrap.At(Threshold, trials, draws: 200, seed: 9);

        // Each draw in full: every trial as often as its speakers were drawn, in the order that they are met in.
        var numbers = trials.SelectMany(t => (int[])[t.EnrolSpeaker, t.TestSpeaker]).Distinct().ToList();
        var (misses, accepts) = (new List<double>(), new List<double>());
        for (var draw = 0; draw < 200; draw++)
        {
            var random = SplitRandom.For(9, draw);
            var drawn = Enumerable.Range(0, numbers.Count).Select(_ => numbers[random.Next(numbers.Count)]).ToArray();
            var all = new List<ScoredTrial>();
            foreach (var trial in trials)
            {
                var times = drawn.Count(s => s == trial.EnrolSpeaker)
                    * (trial.IsTarget ? 1 : drawn.Count(s => s == trial.TestSpeaker));
                all.AddRange(Enumerable.Repeat(trial, times));
            }

            misses.Add(all.Where(t => t.IsTarget).Average(t => t.Distance > Threshold ? 1.0 : 0));
            if (all.Exists(t => !t.IsTarget))
            {
                accepts.Add(all.Where(t => !t.IsTarget).Average(t => t.Distance <= Threshold ? 1.0 : 0));
            }
        }

        Assert.Equal(Quantile(misses, 0.025), frr.Low, 1e-9);
        Assert.Equal(Quantile(misses, 0.975), frr.High, 1e-9);
        Assert.Equal(Quantile(accepts, 0.025), far.Low, 1e-9);
        Assert.Equal(Quantile(accepts, 0.975), far.High, 1e-9);
    }

    private static double Quantile(List<double> values, double share)
    {
        var sorted = values.Order().ToArray();
        var place = share * (sorted.Length - 1);
        var below = (int)Math.Floor(place);
        var above = Math.Min(sorted.Length - 1, below + 1);
        return ((above - place) * sorted[below]) + ((place - below) * sorted[above]) + (above == below ? sorted[below] : 0);
    }

    /// <summary>Every pair of utterances; targets nearer than impostors, some speakers harder than others.</summary>
    private static ScoredTrial[] Trials(int seed, int speakers, int each)
    {
        var random = SplitRandom.For(seed);
        var hard = Enumerable.Range(0, speakers).Select(_ => 0.1f * random.NextGaussians().First).ToArray();
        var trials = new List<ScoredTrial>();
        for (var i = 0; i < speakers * each; i++)
        {
            for (var j = i + 1; j < speakers * each; j++)
            {
                var (one, other) = (i / each, j / each);
                var mean = (one == other ? 0.5f : 0.9f) + hard[one] + hard[other];
                trials.Add(new ScoredTrial(
                    Math.Clamp(mean + (0.1f * random.NextGaussians().First), 0, 2), one == other, one, other));
            }
        }

        return [.. trials];
    }
}
