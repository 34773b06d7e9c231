using System.Numerics.Tensors;
using Speaker.Audio.Numerics;

namespace Speaker.Audio.Quality;

/// <summary>
/// The constant that a recording device adds to its samples. It is no sound, but its leakage through the analysis
/// window fills the lowest filters: an offset of a hundredth of full scale moved embeddings by 0.05 before it was taken
/// out.
/// </summary>
internal static class Offset
{
    private const int BlockLength = 4096;

    /// <summary>Copies the samples less their mean.</summary>
    /// <param name="samples">A sound, or a segment of one.</param>
    /// <param name="destination">At least as long.</param>
    public static void Remove(ReadOnlySpan<float> samples, Span<float> destination)
    {
        // By blocks, for the sum of millions of floats would lose its last digits.
        double sum = 0;
        for (var start = 0; start < samples.Length; start += BlockLength)
        {
            sum += FixedOrderSums.Sum(samples.Slice(start, Math.Min(BlockLength, samples.Length - start)));
        }

        TensorPrimitives.Subtract(samples, (float)(sum / Math.Max(1, samples.Length)), destination);
    }
}
