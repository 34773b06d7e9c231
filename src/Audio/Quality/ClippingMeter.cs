using System.Numerics.Tensors;

namespace Speaker.Audio.Quality;

/// <summary>
/// Peak and clipping of a sound. A sample is clipped when it sits at full scale, or
/// in a flat top: a few neighbours that all equal the largest (or smallest) sample, which is what clipping
/// leaves when the recording was turned down afterwards. A flat top that a codec or a change of rate has rounded off
/// is not seen.
/// </summary>
internal static class ClippingMeter
{
    /// <summary>From this magnitude on a sample sits at full scale.</summary>
    private const float FullScale = 0.999f;

    /// <summary>So many equal neighbours at the top are no accident.</summary>
    private const int ShortestFlatTop = 3;

    /// <summary>Below this peak 16-bit rounding makes flat tops of its own.</summary>
    private const float LowestFlatTop = 0.05f;

    /// <param name="samples">At least one.</param>
    /// <returns>Largest magnitude of a sample; share of the samples that are clipped, 0 to 1.</returns>
    public static (double Peak, double ClippedFraction) Measure(ReadOnlySpan<float> samples)
    {
        var top = TensorPrimitives.Max(samples);
        var bottom = TensorPrimitives.Min(samples);
        var clipped = ClippedAt(samples, top, 1) + ClippedAt(samples, -bottom, -1);
        return (Math.Max(top, -bottom), (double)clipped / samples.Length);
    }

    /// <summary>Clipped samples on the side of a sign, whose farthest sample has this magnitude.</summary>
    private static int ClippedAt(ReadOnlySpan<float> samples, float farthest, float sign)
    {
        if (farthest < LowestFlatTop)
        {
            return 0;
        }

        var bound = Math.Min(farthest, FullScale);
        var shortest = farthest >= FullScale ? 1 : ShortestFlatTop;
        var count = 0;
        var run = 0;
        foreach (var sample in samples)
        {
            if (sample * sign >= bound)
            {
                run++;
                continue;
            }

            count += run >= shortest ? run : 0;
            run = 0;
        }

        return count + (run >= shortest ? run : 0);
    }
}
