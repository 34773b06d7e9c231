using Speaker.Model.Evaluation;
using Speaker.Model.Sampling;

namespace Speaker.Model.Tests.Evaluation;

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
    }

    [Fact]
    public void Fit_AnyScores_NoNeighbourHasALowerCllr()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var (targets, impostors) = ErrorRatesTests.Scores(seed, 80, 200, false);
            var fitted = ScoreCalibration.Fit(targets, impostors);
            var least = ErrorRates.Cllr(targets, impostors, fitted);
            foreach (var (slope, offset) in ((double, double)[])[(0.02, 0), (-0.02, 0), (0, 0.02), (0, -0.02)])
            {
                var near = new ScoreCalibration(fitted.Slope + slope, fitted.Offset + offset);
                Assert.True(ErrorRates.Cllr(targets, impostors, near) > least);
            }
        }
    }

    [Fact]
    public void Fit_SeparableScores_StaysFinite()
    {
        var fitted = ScoreCalibration.Fit([0.1f, 0.2f], [0.8f, 0.9f]);
        Assert.True(double.IsFinite(fitted.Slope) && double.IsFinite(fitted.Offset));
        Assert.True(ErrorRates.Cllr([0.1f, 0.2f], [0.8f, 0.9f], fitted) < 0.01);
    }

    [Fact]
    public void Fit_OneKindMissing_IsRefused() =>
        Assert.Throws<ModelException>(() => ScoreCalibration.Fit([], [1]));
}
