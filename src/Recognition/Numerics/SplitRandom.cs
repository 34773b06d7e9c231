namespace Speaker.Numerics;

/// <summary>
/// A small seeded generator (SplitMix64: Steele, Lea and Flood, "Fast splittable pseudorandom number generators",
/// 2014). A stream is named by its keys, not by the order in which streams were made, so what one utterance or one
/// batch draws does not depend on which thread got there first: <c>SplitRandom.For(seed, step)</c> is the same on every
/// run.
/// </summary>
/// <remarks>Not thread safe: one stream, one thread.</remarks>
internal sealed class SplitRandom
{
    private ulong _state;

    private SplitRandom(ulong state) => _state = state;

    /// <summary>The stream that these keys name.</summary>
    public static SplitRandom For(params ReadOnlySpan<long> keys)
    {
        var state = 0x9E3779B97F4A7C15UL;
        foreach (var key in keys)
        {
            state = Mix(state ^ Mix((ulong)key + 0x9E3779B97F4A7C15UL));
        }

        return new SplitRandom(state);
    }

    /// <summary>
    /// A hash of a text that is the same on every machine and run (FNV-1a, mixed), to be used as a key.
    /// </summary>
    public static long Key(ReadOnlySpan<char> text)
    {
        var hash = 14695981039346656037UL;
        foreach (var character in text)
        {
            hash = (hash ^ (byte)character) * 1099511628211UL;
            hash = (hash ^ (byte)(character >> 8)) * 1099511628211UL;
        }

        return (long)Mix(hash);
    }

    public ulong NextBits()
    {
        _state += 0x9E3779B97F4A7C15UL;
        return Mix(_state);
    }

    /// <summary>Uniform in [0, 1).</summary>
    public double NextDouble() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform in [0, <paramref name="bound"/>); the bound is positive.</summary>
    public int Next(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bound);
        return (int)Math.BigMul(NextBits(), (ulong)bound, out _);
    }

    public double Uniform(double low, double high) => low + ((high - low) * NextDouble());

    public bool Chance(double probability) => NextDouble() < probability;

    /// <summary>Two independent standard normal values (Box and Muller).</summary>
    public (float First, float Second) NextGaussians()
    {
        var radius = MathF.Sqrt(-2f * MathF.Log((float)(1.0 - NextDouble())));
        var (sine, cosine) = MathF.SinCos(2f * MathF.PI * (float)NextDouble());
        return (radius * cosine, radius * sine);
    }

    /// <summary>Fisher-Yates.</summary>
    public void Shuffle<T>(Span<T> items)
    {
        for (var i = items.Length - 1; i > 0; i--)
        {
            var j = Next(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9UL;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EBUL;
        return value ^ (value >> 31);
    }
}
