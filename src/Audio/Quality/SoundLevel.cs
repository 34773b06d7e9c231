using Speaker.Audio.Numerics;

namespace Speaker.Audio.Quality;

/// <summary>How loud a block of sound is.</summary>
internal static class SoundLevel
{
    /// <summary>Root mean square of the samples in dB of full scale; null for digital silence, or no samples.</summary>
    /// <param name="block">Full scale 1.</param>
    public static double? Of(ReadOnlySpan<float> block) =>
        !block.IsEmpty && FixedOrderSums.SumOfSquares(block) / block.Length is > 0 and var power
            ? 10 * Math.Log10(power)
            : null;
}
