using Speaker.Audio.Numerics;
using Speaker.Numerics;
using Speaker.Search;

namespace Speaker.Tests.Search;

/// <summary>The products of the search against sums in double and in 64-bit integers.</summary>
public sealed unsafe class DotsTests
{
    [Theory]
    [InlineData(64, 4)]
    [InlineData(256, 12)]
    [InlineData(512, 1024)]
    public void Compute_Floats_AreTheSumsToWithinRounding(int length, int count)
    {
        var random = SplitRandom.For(length);
        var (vector, rows) = (new AlignedBuffer(length), new AlignedBuffer((long)count * length));
        foreach (ref var value in vector.Span)
        {
            value = random.NextGaussians().First / MathF.Sqrt(length);
        }

        foreach (ref var value in rows.Span)
        {
            value = random.NextGaussians().First / MathF.Sqrt(length);
        }

        var results = new float[count];
        fixed (float* to = results)
        {
            FloatDots.Compute(vector.Start, rows.Start, count, length, to);
        }

        for (var row = 0; row < count; row++)
        {
            var expected = Enumerable.Range(0, length).Sum(i => (double)vector.Span[i] * rows.Span[(row * length) + i]);
            Assert.Equal(expected, results[row], length * 1.2e-7);
        }
    }

    /// <summary>With every value at its bound, where a sum in fewer bits would overflow, too.</summary>
    [Theory]
    [InlineData(64, false)]
    [InlineData(256, false)]
    [InlineData(256, true)]
    [InlineData(1024, true)]
    public void Compute_Bytes_AreTheSumsExactly(int length, bool isLargest)
    {
        const int Count = 20;
        var random = SplitRandom.For(length);
        var most = ByteDots.MostOf(length);
        var vector = new short[length];
        var rows = new sbyte[Count * length];
        for (var i = 0; i < length; i++)
        {
            vector[i] = (short)(isLargest ? most : random.Next((2 * most) + 1) - most);
        }

        for (var i = 0; i < rows.Length; i++)
        {
            rows[i] = (sbyte)(isLargest ? (i / length % 2 == 0 ? 127 : -127) : random.Next(255) - 127);
        }

        var results = new int[Count];
        fixed (short* x = vector)
        fixed (sbyte* y = rows)
        fixed (int* to = results)
        {
            ByteDots.Compute(x, y, Count, length, to);
        }

        for (var row = 0; row < Count; row++)
        {
            Assert.Equal(
                Enumerable.Range(0, length).Sum(i => (long)vector[i] * rows[(row * length) + i]), results[row]);
        }
    }

    [Fact]
    public void Quantize_AnyRow_LosesNoMoreThanItSays()
    {
        var random = SplitRandom.For(3);
        for (var trial = 0; trial < 50; trial++)
        {
            float[] row = [.. Enumerable.Range(0, 256).Select(_ => random.NextGaussians().First / 16)];
            var bytes = new sbyte[256];
            var integers = new short[256];
            fixed (sbyte* to = bytes)
            fixed (short* finer = integers)
            {
                var (scale, error) = ByteRow.Quantize(row, to);
                var (fineScale, fineError) = ByteRow.Quantize(row, finer);
                Assert.InRange(Lost(row, i => bytes[i] * (double)scale), 0, error);
                Assert.InRange(Lost(row, i => integers[i] * (double)fineScale), 0, fineError);
                Assert.InRange(error, 1e-4, 0.02);
                Assert.InRange(fineError, 0, error / 100);
            }
        }
    }

    private static double Lost(float[] row, Func<int, double> back) =>
        Math.Sqrt(row.Select((value, i) => Math.Pow(value - back(i), 2)).Sum());
}
