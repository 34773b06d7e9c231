using Speaker.Numerics;

namespace Speaker.Tests.Support;

/// <summary>Sounds whose every property is known, 16,000 samples a second.</summary>
internal static class TestSignals
{
    /// <summary>White Gaussian noise of variance 1.</summary>
    public static float[] Noise(int length, int seed)
    {
        var random = SplitRandom.For(seed, 55);
        return [.. Enumerable.Range(0, length).Select(_ => random.NextGaussians().First)];
    }

    /// <summary>A sine of amplitude 1.</summary>
    public static float[] Sine(double hertz, int length) =>
        [.. Enumerable.Range(0, length).Select(i => (float)Math.Sin(2 * Math.PI * hertz * i / 16000))];

    /// <summary>Of a sine, from its middle part.</summary>
    public static double Amplitude(float[] x) =>
        Math.Sqrt(2 * x.Skip(1000).Take(x.Length - 2000).Average(v => (double)v * v));
}
