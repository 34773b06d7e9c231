using Speaker.Calibration;
using Speaker.Metrics;
using Speaker.Numerics;

namespace Speaker.Tests.Metrics;

public class ErrorRatesTests
{
    [Fact]
    public void Eer_KnownAnswers_ByHand()
    {
        // Apart: no threshold errs.
        Assert.Equal(0, ErrorRates.Eer([0.1f, 0.2f], [0.5f, 0.9f]).Rate, 12);
        // The wrong way round: every threshold errs.
        Assert.Equal(1, ErrorRates.Eer([0.8f, 0.9f], [0.1f, 0.2f]).Rate, 12);
        // t 1, n 2, t 3, n 4: at 2 FAR and FRR are both 1/2.
        var half = ErrorRates.Eer([1, 3], [2, 4]);
        Assert.Equal(0.5, half.Rate, 12);
        Assert.Equal(2, half.Threshold, 6);
        // t 1 2 3 5, n 4 6 7 8: FRR 1/4 from 3, FAR 1/4 at 4.
        Assert.Equal(0.25, ErrorRates.Eer([1, 2, 3, 5], [4, 6, 7, 8]).Rate, 12);
        // All tied: one step from (0, 1) to (1, 0), crossed in the middle.
        Assert.Equal(0.5, ErrorRates.Eer([1, 1, 1], [1, 1]).Rate, 12);
        // t 1 2 3, n 2.5 4: between (0, 1/3) and (1/2, 1/3) the line meets FAR = FRR at 1/3.
        Assert.Equal(1.0 / 3, ErrorRates.Eer([1, 2, 3], [2.5f, 4]).Rate, 12);
    }

    [Fact]
    public void Eer_RandomScores_IsThatOfASweepOverAllThresholds()
    {
        for (var seed = 0; seed < 100; seed++)
        {
            var (targets, impostors) = Scores(seed, 5 + seed, 300 - seed, seed % 3 == 0);
            Assert.Equal(SweepEer(targets, impostors), ErrorRates.Eer(targets, impostors).Rate, 9);
        }
    }

    [Theory]
    [InlineData(1.0, 0.308537538725987)]
    [InlineData(2.0, 0.158655253931457)]
    [InlineData(3.28971, 0.05)]
    public void Eer_UnitGaussiansApart_IsTheNormalTail(double apart, double expected)
    {
        // Both kinds N(m, 1): at the middle both rates are Phi(-apart / 2).
        var random = SplitRandom.For(9);
        var targets = Enumerable.Range(0, 100_000).Select(_ => random.NextGaussians().First).ToArray();
        var impostors = Enumerable.Range(0, 100_000).Select(_ => random.NextGaussians().First + (float)apart).ToArray();
        var eer = ErrorRates.Eer(targets, impostors);
        Assert.InRange(eer.Rate, expected - 0.005, expected + 0.005);
        Assert.InRange(eer.Threshold, (apart / 2) - 0.03, (apart / 2) + 0.03);
    }

    [Fact]
    public void Eer_AnyGrowingChangeOfTheScores_StaysTheSame()
    {
        var (targets, impostors) = Scores(4, 60, 200, false);
        float[] Change(float[] scores) => [.. scores.Select(s => MathF.Exp(s / 2) + 3)];
        Assert.Equal(
            ErrorRates.Eer(targets, impostors).Rate, ErrorRates.Eer(Change(targets), Change(impostors)).Rate, 12);
    }

    [Theory]
    [InlineData(0.01)]
    [InlineData(0.05)]
    [InlineData(0.5)]
    public void MinDcf_RandomScores_IsThatOfASweepOverAllThresholds(double prior)
    {
        for (var seed = 0; seed < 60; seed++)
        {
            var (targets, impostors) = Scores(seed, 40, 150, seed % 3 == 0);
            var best = targets.Concat(impostors).Append(float.NegativeInfinity).Min(t =>
            {
                var (frr, far) = Rates(t, targets, impostors);
                return ((prior * frr) + ((1 - prior) * far)) / Math.Min(prior, 1 - prior);
            });
            Assert.Equal(best, ErrorRates.MinDcf(targets, impostors, prior), 12);
        }
    }

    [Fact]
    public void MinDcf_KnownAnswer_ByHand() =>
        // Accepting up to 2 misses one target of four and lets nobody in: 0.01 x 1/4 over 0.01.
        Assert.Equal(0.25, ErrorRates.MinDcf([0, 1, 2, 9], [5, 6, 7, 8], 0.01), 12);

    [Fact]
    public void Cllr_KnownAnswers_ByFormula()
    {
        // A system that says nothing: log2(1 + e^0) = 1 bit.
        Assert.Equal(1, ErrorRates.Cllr([0, 0], [0]), 12);
        // Log-likelihood ratios 2 and -1 for the targets, -3 for the impostor.
        static double Bits(double x) => Math.Log2(1 + Math.Exp(x));
        var expected = ((Bits(-2) + Bits(1)) / 4) + (Bits(-3) / 2);
        Assert.Equal(expected, ErrorRates.Cllr([2, -1], [-3]), 12);
    }

    [Fact]
    public void ActDcf_BayesThreshold_CountsErrorsThere()
    {
        // Prior 0.01: accept where the ratio is log(99) = 4.595 or more.
        var cost = ErrorRates.ActDcf([6, 5, 4, 3], [4.8, 1, 0, -1, -2], 0.01);
        Assert.Equal(((0.01 * 0.5) + (0.99 * 0.2)) / 0.01, cost, 9);
    }

    [Fact]
    public void ActDcf_AnyCalibration_IsAtLeastMinDcf()
    {
        for (var seed = 0; seed < 50; seed++)
        {
            var (targets, impostors) = Scores(seed, 50, 100, false);
            var calibration = ScoreCalibration.Fit(targets, impostors);
            double[] Ratios(float[] distances) =>
                Array.ConvertAll(distances, distance => calibration.LogLikelihoodRatio(distance));
            Assert.True(
                ErrorRates.ActDcf(Ratios(targets), Ratios(impostors), 0.05)
                >= ErrorRates.MinDcf(targets, impostors, 0.05) - 1e-12);
        }
    }

    [Fact]
    public void At_Threshold_AcceptsWhatLiesOnIt() =>
        Assert.Equal((0.5, 0.5), ErrorRates.At(2, [2, 3], [2, 4]));

    [Fact]
    public void Eer_OneKindMissingOrNotANumber_IsRefusedWithCounts()
    {
        var error = Assert.Throws<ModelException>(() => ErrorRates.Eer([1, 2], []));
        Assert.Contains("2 target and 0 impostor", error.Message, StringComparison.Ordinal);
        Assert.Throws<ModelException>(() => ErrorRates.Eer([1, float.NaN], [2]));
        Assert.Throws<ModelException>(() => ErrorRates.MinDcf([1], [2], 1));
    }

    internal static (float[] Targets, float[] Impostors) Scores(int seed, int targets, int impostors, bool ties)
    {
        var random = SplitRandom.For(seed, 77);
        float Draw(float mean)
        {
            var value = mean + random.NextGaussians().First;
            return ties ? MathF.Round(value * 2) / 2 : value;
        }

        float[] Many(int count, float mean) => [.. Enumerable.Range(0, count).Select(_ => Draw(mean))];
        return (Many(targets, 0), Many(impostors, 1.5f));
    }

    internal static (double Frr, double Far) Rates(float threshold, float[] targets, float[] impostors) => (
        (double)targets.Count(t => t > threshold) / targets.Length,
        (double)impostors.Count(n => n <= threshold) / impostors.Length);

    /// <summary>Every operating point from counts, then the crossing of the polyline with FAR = FRR.</summary>
    internal static double SweepEer(float[] targets, float[] impostors)
    {
        var points = targets.Concat(impostors).Append(float.NegativeInfinity).Distinct().Order()
            .Select(t => Rates(t, targets, impostors)).ToArray();
        for (var i = 1; i < points.Length; i++)
        {
            var ((frr0, far0), (frr1, far1)) = (points[i - 1], points[i]);
            if (far1 >= frr1)
            {
                var part = (frr0 - far0) / (frr0 - far0 + far1 - frr1);
                return far0 + (part * (far1 - far0));
            }
        }

        throw new InvalidOperationException("The last point accepts everybody.");
    }
}
