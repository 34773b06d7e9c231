using Speaker.Metrics;
using Speaker.Numerics;

namespace Speaker.Tests.Metrics;

public class DetCurveTests
{
    [Fact]
    public void Points_ByHand_AreOneForEachDistinctScore() => Assert.Equal(
        [
            new(0, 1, float.NegativeInfinity), new(0, 0.5, 1), new(0.5, 0.5, 2), new(0.5, 0, 3), new(1, 0, 4),
        ],
        DetCurve.Points([1, 3], [4, 2]));

    [Fact]
    public void Points_RandomScoresWithTies_AreTheCountsAtEveryThreshold()
    {
        for (var seed = 0; seed < 40; seed++)
        {
            var (targets, impostors) = ErrorRatesTests.Scores(seed, 20 + seed, 90 - seed, seed % 2 == 0);
            var points = DetCurve.Points(targets, impostors);
            var thresholds = targets.Concat(impostors).Append(float.NegativeInfinity).Distinct().Order().ToArray();
            Assert.Equal(thresholds, points.Select(point => point.Threshold));
            Assert.All(points, point =>
            {
                var (frr, far) = ErrorRatesTests.Rates(point.Threshold, targets, impostors);
                Assert.Equal(frr, point.Frr, 12);
                Assert.Equal(far, point.Far, 12);
            });
        }
    }

    [Fact]
    public void Points_TwoGaussiansOfOneVariance_LieOnAStraightLineOfTheAxes()
    {
        // FRR = Phi(-t), FAR = Phi(t - d): on the axes Probit(FRR) + Probit(FAR) = -d everywhere.
        const double apart = 2;
        var random = SplitRandom.For(12);
        var targets = Enumerable.Range(0, 50_000).Select(_ => random.NextGaussians().First).ToArray();
        var impostors = Enumerable.Range(0, 50_000).Select(_ => random.NextGaussians().First + (float)apart).ToArray();
        var middle = DetCurve.Points(targets, impostors)
            .Where(p => p.Far is > 0.01 and < 0.5 && p.Frr > 0.01).ToArray();
        Assert.NotEmpty(middle);
        Assert.All(middle, p => Assert.InRange(Probit.Of(p.Frr) + Probit.Of(p.Far), -apart - 0.06, -apart + 0.06));
    }

    [Fact]
    public void Thin_ManyPoints_LeavesNoneOutThatLiesOffTheDrawing()
    {
        var (targets, impostors) = ErrorRatesTests.Scores(3, 4000, 9000, false);
        var points = DetCurve.Points(targets, impostors);
        var thin = DetCurve.Thin(points, 0.05);
        Assert.InRange(thin.Count, 20, points.Count / 10);
        var inside = points.Where(p => p.Far > 0 && p.Frr > 0).ToArray();
        Assert.All(inside, p => Assert.Contains(thin, kept =>
            Math.Abs(Probit.Of(kept.Far) - Probit.Of(p.Far)) <= 0.05
            && Math.Abs(Probit.Of(kept.Frr) - Probit.Of(p.Frr)) <= 0.05));
        Assert.Equal(1, thin.Count(p => p.Far <= 0));
        Assert.Equal(1, thin.Count(p => p.Frr <= 0));
    }

    [Fact]
    public void Thin_KindsThatAThresholdParts_KeepsTheStepBetweenThem()
    {
        var thin = DetCurve.Thin(DetCurve.Points([1, 2], [5, 6]));
        Assert.Equal([new(0, 0, 2)], thin);
    }
}
