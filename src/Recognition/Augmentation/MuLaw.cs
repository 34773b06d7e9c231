using NAudio.Codecs;

namespace Speaker.Augmentation;

/// <summary>The round trip through ITU-T G.711 µ-law: what a telephone exchange does to a sample.</summary>
internal static class MuLaw
{
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
        // By magnitude: NAudio encodes -32768 as a value near zero, and decodes the negative zero as -1.
        var magnitude = (short)Math.Min(Math.Abs(sample), short.MaxValue);
        return Math.Sign(sample) * MuLawDecoder.MuLawToLinearSample(MuLawEncoder.LinearToMuLawSample(magnitude))
            / 32768f;
    }
}
