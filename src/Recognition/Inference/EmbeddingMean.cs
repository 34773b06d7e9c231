using System.Numerics.Tensors;
using Speaker.Scoring;

namespace Speaker.Inference;

/// <summary>
/// The embedding of a recording from those of its segments: the sum of frames x embedding, brought to unit length. Of
/// one segment it is that segment's embedding, bit for bit.
/// </summary>
/// <remarks>
/// Immutable: <see cref="Add"/> gives the mean of one segment more. Segments in another order give the same to rounding.
/// </remarks>
internal sealed class EmbeddingMean
{
    private readonly float[]? _first;
    private readonly float[]? _sum;

    private EmbeddingMean(float[]? first, float[]? sum)
    {
        _first = first;
        _sum = sum;
    }

    public static EmbeddingMean Empty { get; } = new(null, null);

    /// <param name="embedding">Unit length; not copied.</param>
    /// <param name="frames">Speech frames that it is of, at least 1.</param>
    /// <exception cref="ArgumentException">Another dimension than the ones before, or no frame.</exception>
    public EmbeddingMean Add(float[] embedding, int frames)
    {
        ArgumentNullException.ThrowIfNull(embedding);
        ArgumentOutOfRangeException.ThrowIfLessThan(frames, 1);
        var weighted = new float[embedding.Length];
        TensorPrimitives.Multiply(embedding, frames, weighted);
        if (_sum is null)
        {
            return new EmbeddingMean(embedding, weighted);
        }

        TensorPrimitives.Add(_sum, weighted, weighted);
        return new EmbeddingMean(null, weighted);
    }

    /// <summary>[D], unit length; the caller's own.</summary>
    /// <exception cref="InvalidOperationException">Nothing was added.</exception>
    /// <exception cref="ModelException">The segments cancel each other out.</exception>
    public float[] ToEmbedding()
    {
        if (_sum is null)
        {
            throw new InvalidOperationException("there is no embedding to take the mean of");
        }

        if (_first is not null)
        {
            return (float[])_first.Clone();
        }

        var mean = (float[])_sum.Clone();
        Voiceprint.Normalise(mean);
        return mean;
    }
}
