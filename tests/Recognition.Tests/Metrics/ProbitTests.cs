using Speaker.Metrics;

namespace Speaker.Tests.Metrics;

public class ProbitTests
{
    [Theory]
    [InlineData(0.5, 0)]
    [InlineData(0.975, 1.959963984540054)]
    [InlineData(0.05, -1.6448536269514722)]
    [InlineData(0.001, -3.090232306167813)]
    [InlineData(0.841344746068543, 1)]
    public void Of_TabulatedRates_IsTheQuantile(double rate, double expected) =>
        Assert.Equal(expected, Probit.Of(rate), 1e-12);

    [Fact]
    public void Of_AnyRate_UndoesTheIntegralOfTheDensity()
    {
        // Both branches of the approximation, and where they meet (0.075 and 0.925).
        foreach (var rate in (double[])[1e-6, 1e-4, 0.003, 0.0749, 0.0751, 0.2, 0.6, 0.9249, 0.9251, 0.9999])
        {
            Assert.Equal(rate, Integral(Probit.Of(rate)), 1e-9);
        }
    }

    [Fact]
    public void Of_ZeroAndOne_StayOnTheScale()
    {
        Assert.Equal(Probit.Of(Probit.Smallest), Probit.Of(0));
        Assert.Equal(-Probit.Of(0), Probit.Of(1), 1e-6);
        Assert.True(double.IsNaN(Probit.Of(double.NaN)));
    }

    /// <summary>Phi(x) by Simpson's rule from -10 on.</summary>
    private static double Integral(double x)
    {
        const int steps = 20_000;
        var width = (x + 10) / steps;
        double Density(int i)
        {
            var at = -10 + (i * width);
            return Math.Exp(-at * at / 2) / Math.Sqrt(2 * Math.PI);
        }

        return Enumerable.Range(0, steps + 1)
            .Sum(i => Density(i) * (i is 0 or steps ? 1 : i % 2 == 1 ? 4 : 2)) * width / 3;
    }
}
