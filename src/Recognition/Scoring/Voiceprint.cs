using System.Numerics.Tensors;

namespace Speaker.Scoring;

/// <summary>What is kept of a speaker: the direction that the embeddings of their utterances share.</summary>
internal static class Voiceprint
{
    /// <summary>
    /// Normalise, average, normalise: each utterance counts once, however long its raw vector is.
    /// </summary>
    /// <returns>Unit length.</returns>
    /// <exception cref="ModelException">
    /// There is no embedding, dimensions differ, one has no direction, or together they cancel out.
    /// </exception>
    public static float[] Centroid(IEnumerable<float[]> embeddings)
    {
        ArgumentNullException.ThrowIfNull(embeddings);
        float[]? sum = null;
        foreach (var embedding in embeddings)
        {
            var unit = (float[])embedding.Clone();
            Normalise(unit);
            if (sum is null)
            {
                sum = unit;
                continue;
            }

            if (sum.Length != unit.Length)
            {
                throw new ModelException(
                    $"embeddings of {sum.Length} and {unit.Length} dimensions have no centroid; " +
                    "were they made by different models?");
            }

            TensorPrimitives.Add(sum, unit, sum);
        }

        if (sum is null)
        {
            throw new ModelException("a voiceprint needs at least one embedding, got none");
        }

        Normalise(sum);
        return sum;
    }

    /// <summary>x / ‖x‖ in place.</summary>
    /// <exception cref="ModelException">The vector is zero, empty or not finite.</exception>
    public static void Normalise(Span<float> vector)
    {
        var norm = TensorPrimitives.Norm<float>(vector);
        if (!float.IsFinite(norm) || norm < 1e-12f)
        {
            throw new ModelException(
                $"an embedding of length {norm} has no direction; the recording or the model behind it is damaged");
        }

        TensorPrimitives.Divide(vector, norm, vector);
    }
}
