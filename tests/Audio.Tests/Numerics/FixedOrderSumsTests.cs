using Speaker.Audio.Numerics;

namespace Speaker.Audio.Tests.Numerics;

/// <summary>Against sums in double precision, and against their order written out.</summary>
public class FixedOrderSumsTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(400)]
    [InlineData(1003)]
    public void Sums_OfNoise_AreTheSumsInTheirOrder(int length)
    {
        var (a, b) = (Noise(length, 1), Noise(length, 2));
        var products = a.Zip(b, (x, y) => x * y).ToArray();

        Assert.Equal(a.Sum(x => (double)x), FixedOrderSums.Sum(a), 1e-6 * Math.Max(1, length));
        Assert.Equal(InOrder(a), FixedOrderSums.Sum(a));
        Assert.Equal(InOrder(products), FixedOrderSums.Dot(a, b));
        Assert.Equal(InOrder([.. a.Select(x => x * x)]), FixedOrderSums.SumOfSquares(a));
    }

    [Fact]
    public void Dot_OtherLengths_IsRefused()
    {
        var exception = Assert.Throws<ArgumentException>(() => FixedOrderSums.Dot(new float[3], new float[4]));

        Assert.Contains("3 values and 4", exception.Message, StringComparison.Ordinal);
    }

    private static float InOrder(float[] values)
    {
        var whole = values.Length / 16 * 16;
        var parts = new float[16];
        for (var i = 0; i < whole; i++)
        {
            parts[i % 16] += values[i];
        }

        for (var half = 8; half >= 1; half /= 2)
        {
            for (var i = 0; i < half; i++)
            {
                parts[i] += parts[i + half];
            }
        }

        return values[whole..].Aggregate(parts[0], (sum, value) => sum + value);
    }

    private static float[] Noise(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (2 * random.NextSingle()) - 1)];
    }
}
