using Speaker.Calibration;
using Speaker.Numerics;

namespace Speaker.Tests.Calibration;

public class QuantileRegressionTests
{
    [Theory]
    [InlineData(0.01, -2.3263)]
    [InlineData(0.5, 0)]
    [InlineData(0.95, 1.6449)]
    public void Fit_GaussiansAroundALine_FindsTheLineOfTheQuantile(double rate, double deviate)
    {
        // N(1 + 0.5 x, 0.1^2): the quantile is 1 + 0.5 x + 0.1 z. The measure that says nothing weighs nothing.
        var random = SplitRandom.For(7);
        const int Count = 60_000;
        var measures = new double[Count][];
        var values = new double[Count];
        for (var i = 0; i < Count; i++)
        {
            measures[i] = [random.NextGaussians().First, random.NextGaussians().First];
            values[i] = 1 + (0.5 * measures[i][0]) + (0.1 * random.NextGaussians().First);
        }

        var line = QuantileRegression.Fit(
            measures, values, [.. Enumerable.Repeat(1.0 / Count, Count)], rate, softness: 0.005);
        Assert.Equal(0.5, line[0], 0.01);
        Assert.Equal(0, line[1], 0.01);
        Assert.Equal(1 + (0.1 * deviate), line[2], 0.01);
    }

    [Fact]
    public void Fit_UnequalShares_CountsTheHeavierValuesMore()
    {
        // Two levels without measures; the line is below both where the lower one weighs nothing.
        double[] values = [.. Enumerable.Range(0, 100).Select(i => i < 50 ? 0.1 + (i * 1e-4) : 0.9 + (i * 1e-4))];
        double[] heavyAbove = [.. values.Select(value => value < 0.5 ? 0.0002 : 0.0198)];
        double[][] none = [.. values.Select(_ => Array.Empty<double>())];
        Assert.InRange(QuantileRegression.Fit(none, values, heavyAbove, 0.3, 0.002)[0], 0.9, 0.93);
        Assert.InRange(QuantileRegression.WeightedQuantile(values, heavyAbove, 0.3), 0.9, 0.93);
        Assert.InRange(QuantileRegression.WeightedQuantile(values, heavyAbove, 0.005), 0.1, 0.11);
    }

    [Fact]
    public void WeightedQuantile_EqualShares_AcceptsNoMoreThanTheRate()
    {
        double[] values = [5, 3, 1, 2, 4, 6, 7, 8, 9, 10];
        double[] shares = [.. values.Select(_ => 0.1)];
        Assert.Equal(2, QuantileRegression.WeightedQuantile(values, shares, 0.25));
        Assert.Equal(1, QuantileRegression.WeightedQuantile(values, shares, 0.01));
    }
}
