using Speaker.Calibration;
using Speaker.Metrics;
using Speaker.Numerics;

namespace Speaker.Tests.Metrics;

/// <summary>The figures against other formulas for the same thing: another way to the answer, not the same code
/// again.</summary>
public class ErrorRateReferenceTests
{
    [Fact]
    public void Eer_AgainstTheConvexHull_IsAboveItByLessThanTheCurveBulges()
    {
        // The equal error rate of the ROC's convex hull is the greatest over all priors of the least total error rate
        // (Brümmer and de Villiers, "The BOSARIS toolkit", 2011). The hull lies below the curve and touches it.
        for (var seed = 0; seed < 30; seed++)
        {
            var (targets, impostors) = ErrorRatesTests.Scores(seed, 150, 400, seed % 3 == 0);
            var points = DetCurve.Points(targets, impostors);
            var hull = Enumerable.Range(1, 9999).Max(k =>
            {
                var prior = k / 10_000.0;
                return points.Min(p => (prior * p.Frr) + ((1 - prior) * p.Far));
            });
            var eer = ErrorRates.Eer(targets, impostors).Rate;
            Assert.InRange(eer, hull - 1e-9, hull + 0.03);
        }
    }

    [Fact]
    public void Eer_CurveThatIsItsOwnHull_IsTheHulls()
    {
        // Tied scores of falling likelihood ratio: 6 of 10 targets and 1 of 10 impostors at 1, 3 and 3 at 2, 1 and 6 at
        // 3.
        float[] targets = [1, 1, 1, 1, 1, 1, 2, 2, 2, 3];
        float[] impostors = [1, 2, 2, 2, 3, 3, 3, 3, 3, 3];
        // Between (0.1, 0.4) and (0.4, 0.1) the line meets FAR = FRR at 0.25.
        Assert.Equal(0.25, ErrorRates.Eer(targets, impostors).Rate, 12);
        var hull = Enumerable.Range(1, 999).Max(k => DetCurve.Points(targets, impostors)
            .Min(p => (k / 1000.0 * p.Frr) + ((1 - (k / 1000.0)) * p.Far)));
        Assert.Equal(hull, ErrorRates.Eer(targets, impostors).Rate, 9);
    }

    [Fact]
    public void Eer_GaussiansOfDifferentVariance_IsTheClosedForm()
    {
        // Targets N(0, 1), impostors N(3, 0.5^2): the rates meet where t = (3 - t) / 0.5, at t = 2: EER = Phi(-2).
        var random = SplitRandom.For(21);
        var targets = Enumerable.Range(0, 200_000).Select(_ => random.NextGaussians().First).ToArray();
        var impostors = Enumerable.Range(0, 200_000).Select(_ => (random.NextGaussians().First * 0.5f) + 3).ToArray();
        var eer = ErrorRates.Eer(targets, impostors);
        Assert.InRange(eer.Rate, 0.02275 - 0.001, 0.02275 + 0.001);
        Assert.InRange(eer.Threshold, 1.96, 2.04);
    }

    [Theory]
    [InlineData(0.01)]
    [InlineData(0.05)]
    public void LeastCost_UnitGaussiansApart_IsTheClosedForm(double prior)
    {
        // The best threshold of N(0, 1) against N(d, 1) is where the likelihood ratio is the Bayes threshold:
        // t = d / 2 - log((1 - p) / p) / d. The rates there are tails of the normal distribution.
        const double apart = 3;
        var t = (apart / 2) - (Math.Log((1 - prior) / prior) / apart);
        var expected = ((prior * Tail(t)) + ((1 - prior) * Tail(apart - t))) / prior;
        var random = SplitRandom.For(22);
        var targets = Enumerable.Range(0, 200_000).Select(_ => random.NextGaussians().First).ToArray();
        var impostors = Enumerable.Range(0, 400_000).Select(_ => random.NextGaussians().First + (float)apart).ToArray();
        var least = ErrorRates.LeastCost(targets, impostors, prior);
        Assert.InRange(least.Cost, expected - 0.02, expected + 0.01);
        Assert.InRange(least.Threshold, t - 0.15, t + 0.15);
        Assert.Equal(ErrorRates.MinDcf(targets, impostors, prior), least.Cost);
    }

    [Fact]
    public void LeastCost_ThresholdGiven_HasThatCost()
    {
        for (var seed = 0; seed < 30; seed++)
        {
            var (targets, impostors) = ErrorRatesTests.Scores(seed, 60, 200, seed % 2 == 0);
            var least = ErrorRates.LeastCost(targets, impostors, 0.05);
            var (frr, far) = ErrorRatesTests.Rates(least.Threshold, targets, impostors);
            Assert.Equal(((0.05 * frr) + (0.95 * far)) / 0.05, least.Cost, 12);
        }
    }

    [Fact]
    public void LeastCost_ScoresTheWrongWayRound_AcceptsNobody() =>
        Assert.Equal(new DetectionCost(1, float.NegativeInfinity), ErrorRates.LeastCost([8, 9], [1, 2], 0.01));

    [Fact]
    public void Cllr_OfLikelihoodRatios_IsTheMeanCostOverAllPriors()
    {
        // The integral over all prior log odds of the error rate at the Bayes threshold, over 2 log 2 (Brümmer and du
        // Preez, 2006): here by counting errors on a fine grid of thresholds, without a logarithm of any score.
        var random = SplitRandom.For(23);
        var targets = Enumerable.Range(0, 400).Select(_ => 1 + random.NextGaussians().First).ToArray();
        var impostors = Enumerable.Range(0, 600).Select(_ => 3 + random.NextGaussians().First).ToArray();
        var calibration = new ScoreCalibration(1.7, 3.1);
        double[] Ratios(float[] scores) => [.. scores.Select(s => calibration.LogLikelihoodRatio(s)).Order()];
        var (own, other) = (Ratios(targets), Ratios(impostors));
        const double step = 0.005;
        var sum = 0.0;
        var (missed, passed) = (0, 0);
        for (var odds = -25.0; odds < 25; odds += step)
        {
            // At prior log odds -t a ratio below t is a miss, one above a false accept.
            while (missed < own.Length && own[missed] < odds)
            {
                missed++;
            }

            while (passed < other.Length && other[passed] < odds)
            {
                passed++;
            }

            var prior = 1 / (1 + Math.Exp(odds));
            sum += step * ((prior * missed / own.Length)
                + ((1 - prior) * (other.Length - passed) / other.Length));
        }

        Assert.Equal(sum / (2 * Math.Log(2)), ErrorRates.Cllr(own, other), 0.005);
    }

    /// <summary>P(N(0, 1) > x), by Simpson's rule.</summary>
    private static double Tail(double x)
    {
        const int steps = 20_000;
        var width = (12 - x) / steps;
        return Enumerable.Range(0, steps + 1).Sum(i =>
            Math.Exp(-Math.Pow(x + (i * width), 2) / 2) * (i is 0 or steps ? 1 : i % 2 == 1 ? 4 : 2))
            * width / 3 / Math.Sqrt(2 * Math.PI);
    }
}
