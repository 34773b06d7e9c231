using Speaker.Audio.Quality;
using Speaker.Calibration;
using Speaker.Evaluation;
using Speaker.Metrics;
using Speaker.Numerics;
using Speaker.Scoring;
using Speaker.Tests.Metrics;

namespace Speaker.Tests.Calibration;

public class ScoreCalibrationTests
{
    [Fact]
    public void Fit_GaussiansOfOneVariance_FindsTheirTrueLikelihoodRatio()
    {
        // N(0.5, 0.2^2) against N(1, 0.2^2): the ratio is linear, slope (1 - 0.5) / 0.04 = 12.5, zero at 0.75.
        var random = SplitRandom.For(3);
        var targets = Enumerable.Range(0, 40_000).Select(_ => 0.5f + (0.2f * random.NextGaussians().First)).ToArray();
        var impostors = Enumerable.Range(0, 90_000).Select(_ => 1f + (0.2f * random.NextGaussians().First)).ToArray();
        var fitted = ScoreCalibration.Fit(targets, impostors);
        Assert.InRange(fitted.Slope, 12.1, 12.9);
        Assert.InRange(fitted.Offset / fitted.Slope, 0.745, 0.755);
        Assert.Null(fitted.Quality);
    }

    [Fact]
    public void Fit_TargetsFartherApartWhenShort_FindsWhatQualityIsWorth()
    {
        // Of one variance 0.04, impostors at 1 and targets at 0.5 - 0.1 (log s - log 4): the true ratio is
        // ((d - 1)^2 - (d - m)^2) / 0.08, which is linear in d for a given m and, near log s = log 4, in log s too:
        // d/dm = (d - m) / 0.04, so that at the middle, d = (1 + m)/2 = 0.75, a unit of log s is worth -0.1 x 6.25.
        var trials = Trials(11, 60_000, trial => 0.5 - (0.1 * (Math.Log(trial.TestSeconds) - Math.Log(4))), spread: 0.2);
        var fitted = ScoreCalibration.FitWithQuality(trials);
        Assert.InRange(fitted.Slope, 11.5, 13.5);
        Assert.InRange(
            fitted.LogLikelihoodRatio(0.75, new TrialQuality(20, 8, 20))
            - fitted.LogLikelihoodRatio(0.75, new TrialQuality(20, 2, 20)),
            -0.1 * 6.25 * Math.Log(4) * 1.25, -0.1 * 6.25 * Math.Log(4) * 0.75);
        // Noise was made to say nothing.
        Assert.InRange(fitted.Quality!.SignalToNoise.Weight, -0.01, 0.01);
    }

    [Fact]
    public void Fit_Quality_GradientIsZeroThereAndDescentFindsTheSame()
    {
        var trials = Trials(5, 400, trial => 0.6 - (0.05 * Math.Log(trial.TestSeconds)), spread: 0.25);
        var fitted = ScoreCalibration.FitWithQuality(trials);
        double[] found = [
            fitted.Slope, fitted.Offset, fitted.Quality!.Shorter.Weight, fitted.Quality.Longer.Weight,
            fitted.Quality.SignalToNoise.Weight];

        double[] Gradient(double[] at)
        {
            var gradient = new double[at.Length];
            for (var i = 0; i < at.Length; i++)
            {
                double[] Moved(double by) => [.. at.Select((value, j) => i == j ? value + by : value)];
                gradient[i] = (Loss(fitted, trials, Moved(1e-5)) - Loss(fitted, trials, Moved(-1e-5))) / 2e-5;
            }

            return gradient;
        }

        Assert.All(Gradient(found), slope => Assert.Equal(0, slope, 1e-6));

        // An optimiser that knows nothing of curvature: descent with a step of its own for each weight, from elsewhere.
        double[] place = [3, 1, 0.5, -0.5, 0.05];
        double[] step = [1, 1, 1, 1, 0.01];
        var loss = Loss(fitted, trials, place);
        for (var round = 0; round < 4000; round++)
        {
            for (var i = 0; i < place.Length; i++)
            {
                var moved = false;
                foreach (var sign in (ReadOnlySpan<int>)[1, -1])
                {
                    double[] other = [.. place];
                    other[i] += sign * step[i];
                    var at = Loss(fitted, trials, other);
                    if (at < loss)
                    {
                        (place, loss, moved) = (other, at, true);
                    }
                }

                step[i] *= moved ? 1.5 : 0.6;
            }
        }

        for (var i = 0; i < place.Length; i++)
        {
            Assert.Equal(place[i], found[i], 2e-3);
        }
    }

    [Fact]
    public void Fit_QualityThatSaysNothing_CostsNothing()
    {
        var trials = Trials(7, 3000, _ => 0.5, spread: 0.2);
        var with = ScoreCalibration.FitWithQuality(trials);
        var (targets, impostors) = ScoredTrial.Split(trials);
        var without = ScoreCalibration.Fit(targets, impostors);
        Assert.Equal(without.Slope, with.Slope, 0.2);
        Assert.InRange(Cllr(with, trials), Cllr(without, trials) - 0.01, Cllr(without, trials));
    }

    [Fact]
    public void LogLikelihoodRatio_QualityUnknownOrOutOfRange_IsThatOfTheCentreOrTheEnd()
    {
        var trials = Trials(9, 2000, trial => 0.6 - (0.1 * Math.Log(trial.TestSeconds)), spread: 0.2);
        var fitted = ScoreCalibration.FitWithQuality(trials);
        var measures = fitted.Quality!;
        Assert.Equal(fitted.Offset - (fitted.Slope * 0.4), fitted.LogLikelihoodRatio(0.4), 12);
        Assert.Equal(
            fitted.LogLikelihoodRatio(0.4, new TrialQuality(1e6, 1e6, 20)),
            fitted.LogLikelihoodRatio(0.4, new TrialQuality(1e9, 1e9, 20)), 12);
        Assert.Equal(
            fitted.LogLikelihoodRatio(0.4, new TrialQuality(5, 3, measures.SignalToNoise.Centre)),
            fitted.LogLikelihoodRatio(0.4, new TrialQuality(3, 5, null)), 12);
    }

    [Fact]
    public void Fit_OneTrialOfUnknownQuality_FitsTheDistanceAlone()
    {
        var trials = Trials(13, 100, _ => 0.5, spread: 0.2);
        trials[4] = trials[4] with { Quality = null };
        Assert.Null(ScoreCalibration.Fit(trials).Quality);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Fit_Quality_IsTakenWhereItHelpsOnOtherSpeakers(bool helps)
    {
        // Twenty speakers; seconds either move the targets or are each speaker's own and say nothing.
        var trials = Trials(
            21, 6000,
            quality => helps ? 0.6 - (0.2 * Math.Log(quality.TestSeconds)) : 0.5, spread: 0.2);
        for (var i = 0; i < trials.Length; i++)
        {
            var (one, other) = (i % 20, (i / 20) % 20);
            trials[i] = trials[i] with
            {
                EnrolSpeaker = one,
                TestSpeaker = trials[i].IsTarget ? one : other,
                Quality = helps ? trials[i].Quality : new TrialQuality(20, 1 + one, one),
            };
        }

        Assert.Equal(helps, ScoreCalibration.Fit(trials).Quality is not null);
    }

    [Fact]
    public void Fit_AnyScores_NoNeighbourHasALowerCllr()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var (targets, impostors) = ErrorRatesTests.Scores(seed, 80, 200, false);
            var fitted = ScoreCalibration.Fit(targets, impostors);
            var least = Cllr(fitted, targets, impostors);
            foreach (var (slope, offset) in ((double, double)[])[(0.02, 0), (-0.02, 0), (0, 0.02), (0, -0.02)])
            {
                var near = new ScoreCalibration(fitted.Slope + slope, fitted.Offset + offset);
                Assert.True(Cllr(near, targets, impostors) > least);
            }
        }
    }

    [Fact]
    public void Fit_SeparableScores_StaysFinite()
    {
        var fitted = ScoreCalibration.Fit([0.1f, 0.2f], [0.8f, 0.9f]);
        Assert.True(double.IsFinite(fitted.Slope) && double.IsFinite(fitted.Offset));
        Assert.True(Cllr(fitted, [0.1f, 0.2f], [0.8f, 0.9f]) < 0.01);
    }

    [Fact]
    public void Fit_EveryTrialOfOneQuality_StaysFinite()
    {
        ScoredTrial[] trials = [.. Trials(15, 200, _ => 0.5, spread: 0.2)
            .Select(trial => trial with { Quality = new TrialQuality(3, 3, null) })];
        var fitted = ScoreCalibration.FitWithQuality(trials);
        var (targets, impostors) = ScoredTrial.Split(trials);
        Assert.Equal(ScoreCalibration.Fit(targets, impostors).Slope, fitted.Slope, 1e-6);
        Assert.Equal(0, fitted.Quality!.Shorter.Weight, 1e-9);
    }

    [Fact]
    public void Fit_OneKindMissing_IsRefused() =>
        Assert.Throws<ModelException>(() => ScoreCalibration.Fit([], [1]));

    /// <summary>The loss as the definition has it, with the weights given one by one.</summary>
    private static double Loss(ScoreCalibration shape, ScoredTrial[] trials, double[] weights)
    {
        var calibration = new ScoreCalibration(weights[0], weights[1])
        {
            Quality = new QualityMeasures(
                shape.Quality!.Shorter with { Weight = weights[2] }, shape.Quality.Longer with { Weight = weights[3] },
                shape.Quality.SignalToNoise with { Weight = weights[4] }),
        };
        return (2 * Math.Log(2) * Cllr(calibration, trials))
            + (0.5e-6 * weights.Where((_, i) => i != 1).Sum(weight => weight * weight));
    }

    private static double Cllr(ScoreCalibration calibration, IEnumerable<ScoredTrial> trials)
    {
        var (targets, impostors) = calibration.Ratios(trials);
        return ErrorRates.Cllr(targets, impostors);
    }

    private static double Cllr(ScoreCalibration calibration, float[] targets, float[] impostors) => ErrorRates.Cllr(
        Array.ConvertAll(targets, distance => calibration.LogLikelihoodRatio(distance)),
        Array.ConvertAll(impostors, distance => calibration.LogLikelihoodRatio(distance)));

    /// <summary>Half targets, whose mean distance the quality decides, half impostors around 1.</summary>
    private static ScoredTrial[] Trials(int seed, int count, Func<TrialQuality, double> targetMean, double spread)
    {
        var random = SplitRandom.For(seed);
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            var quality = new TrialQuality(
                20 * Math.Exp(0.3 * random.NextGaussians().First), 4 * Math.Exp(0.5 * random.NextGaussians().First),
                20 + (5 * random.NextGaussians().First));
            var isTarget = i % 2 == 0;
            var mean = isTarget ? targetMean(quality) : 1;
            return new ScoredTrial((float)(mean + (spread * random.NextGaussians().First)), isTarget, i, i + 1)
            {
                Quality = quality,
            };
        })];
    }
}
