using Speaker.Augmentation;
using Speaker.Numerics;

namespace Speaker.Tests.Augmentation;

public class FilteringTests
{
    [Theory]
    [InlineData(1, 1, 0)]
    [InlineData(50, 7, 0)]
    [InlineData(5000, 300, 0)]
    [InlineData(5000, 300, 150)]
    [InlineData(20_001, 512, 256)]
    [InlineData(100, 4000, 0)]
    [InlineData(30_000, 2000, 0)]
    public void Apply_SignalAndFilter_IsTheirConvolution(int signal, int filter, int delay)
    {
        var (x, h) = (Noise(signal, 3), Noise(filter, 4));
        var got = new Convolver().Apply(x, h, delay);
        Assert.Equal(signal, got.Length);
        var step = Math.Max(1, signal / 997);
        for (var n = 0; n < signal; n += step)
        {
            var expected = 0.0;
            for (var k = Math.Max(0, n + delay - signal + 1); k < filter && k <= n + delay; k++)
            {
                expected += x[n + delay - k] * h[k];
            }

            Assert.Equal(expected, got[n], 1e-4 * Math.Sqrt(filter));
        }
    }

    [Fact]
    public void Design_SmoothResponse_IsWhatTheFilterDoesToSines()
    {
        var response = ChannelFilter.Flat();
        ChannelFilter.Equalise(response, 9, SplitRandom.For(8));
        ChannelFilter.Band(response, 300, 4, 3400, 10);
        var filter = new ChannelFilter().Design(response);
        foreach (var k in (int[])[20, 50, 80, 100, 140])
        {
            var sine = Sine(ChannelFilter.Hertz(k), 16_000);
            var amplitude = Amplitude(new Convolver().Apply(sine, filter, ChannelFilter.Taps / 2));
            // The window that ends the filter smooths the response over two points either side.
            Assert.InRange(20 * Math.Log10(amplitude / response[k]), -1, 1);
        }
    }

    [Fact]
    public void Design_FlatResponse_LeavesTheSignalInPlace()
    {
        var x = Noise(4000, 5);
        var got = new Convolver().Apply(x, new ChannelFilter().Design(ChannelFilter.Flat()), ChannelFilter.Taps / 2);
        Assert.All(Enumerable.Range(0, x.Length), i => Assert.Equal(x[i], got[i], 1e-5));
    }

    [Theory]
    [InlineData(0.87)]
    [InlineData(1.13)]
    [InlineData(1.5)]
    public void SpeedPerturbation_Sine_IsHigherAndShorterByTheFactor(double factor)
    {
        var got = SpeedPerturbation.Apply(Sine(700, 32_000), factor);
        Assert.InRange(got.Length, (32_000 / factor) - 1, 32_000 / factor);
        var expected = Sine(700 * factor, got.Length);
        for (var i = 100; i < got.Length - 100; i++)
        {
            Assert.Equal(expected[i], got[i], 2e-3);
        }
    }

    [Fact]
    public void SpeedPerturbation_FasterThanTheBandHolds_LeavesNoImage() =>
        // 7 kHz played 1.5 times as fast would fold to 5.5 kHz.
        Assert.InRange(Amplitude(SpeedPerturbation.Apply(Sine(7000, 32_000), 1.5)), 0, 0.003);

    [Fact]
    public void SpeedPerturbation_FactorOne_CopiesAndOutOfRange_IsRefused()
    {
        var x = Noise(100, 6);
        Assert.Equal(x, SpeedPerturbation.Apply(x, 1));
        Assert.NotSame(x, SpeedPerturbation.Apply(x, 1));
        Assert.Empty(SpeedPerturbation.Apply([], 0.9));
        Assert.Throws<ModelException>(() => SpeedPerturbation.Apply(x, 2.5));
    }

    [Fact]
    public void MuLaw_EveryLevel_IsDecodedAsTheStandardSays()
    {
        // G.711: the decoded magnitudes of a segment e are ((2 m + 33) 2^e - 33) x 4 in 16-bit units, m = 0..15.
        var levels = Enumerable.Range(0, 8)
            .SelectMany(e => Enumerable.Range(0, 16).Select(m => ((((2 * m) + 33) << e) - 33) * 4))
            .Distinct().ToArray();
        for (var sample = -32768; sample < 32768; sample += 7)
        {
            var one = new[] { sample / 32768f };
            MuLaw.Apply(one);
            var decoded = (int)Math.Round(one[0] * 32768);
            Assert.Contains(Math.Abs(decoded), levels);
            // Segment e holds magnitudes, 132 added, from 128 x 2^e to 256 x 2^e in 16 steps; a level is a step's
            // middle.
            var magnitude = Math.Min(Math.Abs(sample), 32635);
            var half = 4;
            while (magnitude + 132 >= 64 * half)
            {
                half *= 2;
            }

            Assert.True(Math.Abs(Math.Abs(decoded) - magnitude) <= half, $"{sample} became {decoded}");
            Assert.True(decoded == 0 || Math.Sign(decoded) == Math.Sign(sample));
        }
    }

    internal static float[] Noise(int length, int seed)
    {
        var random = SplitRandom.For(seed, 55);
        return [.. Enumerable.Range(0, length).Select(_ => random.NextGaussians().First)];
    }

    internal static float[] Sine(double hertz, int length) =>
        [.. Enumerable.Range(0, length).Select(i => (float)Math.Sin(2 * Math.PI * hertz * i / 16000))];

    /// <summary>Of a sine, from its middle part.</summary>
    internal static double Amplitude(float[] x) =>
        Math.Sqrt(2 * x.Skip(1000).Take(x.Length - 2000).Average(v => (double)v * v));
}
