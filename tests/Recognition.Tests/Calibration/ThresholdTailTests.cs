using Speaker.Calibration;
using Speaker.Numerics;

namespace Speaker.Tests.Calibration;

public sealed class ThresholdTailTests
{
    [Fact]
    public void At_SmallerAndSmallerRates_FallsFromTheMeasuredThreshold()
    {
        double At(double rate) => ThresholdTail.At(rate, 0.001, 0.3, 0.01, 0.45);

        Assert.Equal(0.3, At(0.001 * (1 - 1e-12)), 9);
        double[] rates = [9e-4, 5e-4, 1e-4, 1e-5, 1e-6, 1e-7];
        Assert.All(rates.Zip(rates[1..]), pair => Assert.True(At(pair.Second) < At(pair.First)));
    }

    /// <summary>Distances of strangers whose tail is normal, and the same with one in a hundred from a wider
    /// one.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(0.01)]
    public void At_DrawnDistances_LetsPassNoMoreThanTheRateAndNotFarLess(double wide)
    {
        const double Rate = 1e-4;
        var random = SplitRandom.For(4);
        double[] distances =
        [
            .. Enumerable.Range(0, 1_000_000).Select(_ =>
                1 + (random.NextGaussians().First * (random.Chance(wide) ? 0.15 : 0.1))).Order(),
        ];
        var threshold = ThresholdTail.At(
            Rate, 0.001, distances[distances.Length / 1000], 0.01, distances[distances.Length / 100]);

        var passed = distances.Count(distance => distance <= threshold) / (double)distances.Length;
        Assert.InRange(passed / Rate, 0.4, 1);
    }
}
