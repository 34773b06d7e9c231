namespace Speaker.Augmentation;

/// <summary>The round trip through ITU-T G.711 µ-law: what a telephone exchange does to a sample.</summary>
internal static class MuLaw
{
    private const int Bias = 0x84;
    private const int Clip = 32635;

    private static readonly float[] RoundTrips = [.. Enumerable.Range(-32768, 65536).Select(RoundTrip)];

    /// <summary>In place, on samples in [-1, 1]; what lies outside is clipped.</summary>
    public static void Apply(Span<float> samples)
    {
        foreach (ref var sample in samples)
        {
            sample = RoundTrips[(int)Math.Clamp(sample * 32768f, -32768f, 32767f) + 32768];
        }
    }

    private static float RoundTrip(int sample)
    {
        var magnitude = Math.Min(Math.Abs(sample), Clip) + Bias;
        var exponent = int.Log2(magnitude) - 7;
        var mantissa = (magnitude >> (exponent + 3)) & 0x0F;
        var decoded = (((mantissa << 3) + Bias) << exponent) - Bias;
        return Math.Sign(sample) * decoded / 32768f;
    }
}
