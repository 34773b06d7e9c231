using System.Numerics.Tensors;

namespace Speaker.Scoring;

/// <summary>How far an embedding lies from its nearest members of a cohort.</summary>
/// <param name="Mean">Cosine distance, 0 to 2.</param>
/// <param name="Deviation">Standard deviation of the same distances, above 0.</param>
internal readonly record struct CohortStatistics(double Mean, double Deviation);

/// <summary>
/// Voices that are nobody's claim: one centroid for each of many speakers, against whom an embedding's distances show
/// how near it is to everybody. Immutable.
/// </summary>
/// <remarks>
/// Values are rounded to half precision when the cohort is made and not only when it is stored, so that a cohort scores
/// the same before and after its way through a file.
/// </remarks>
internal sealed class Cohort
{
    /// <summary>Fewest speakers whose distances have a spread worth the name.</summary>
    public const int FewestSpeakers = 10;

    /// <summary>Below this the distances are equal but for rounding.</summary>
    private const double SmallestDeviation = 1e-4;

    private readonly float[] _rows;

    private Cohort(Half[] values, int speakers)
    {
        Values = values;
        Speakers = speakers;
        Dimension = values.Length / speakers;
        _rows = new float[values.Length];
        TensorPrimitives.ConvertToSingle(values, _rows);
        for (var i = 0; i < speakers; i++)
        {
            Voiceprint.Normalise(_rows.AsSpan(i * Dimension, Dimension));
        }
    }

    public int Speakers { get; }

    public int Dimension { get; }

    /// <summary>[Speakers, Dimension], row-major, as they are stored.</summary>
    internal Half[] Values { get; }

    /// <param name="embeddings">One for each speaker; their lengths do not count.</param>
    /// <exception cref="ModelException">
    /// Fewer than <see cref="FewestSpeakers"/>, different dimensions, or one without direction.
    /// </exception>
    public static Cohort FromEmbeddings(IReadOnlyList<float[]> embeddings)
    {
        ArgumentNullException.ThrowIfNull(embeddings);
        if (embeddings.Count < FewestSpeakers)
        {
            throw new ModelException(
                $"a cohort takes at least {FewestSpeakers} speakers, got {embeddings.Count}; add speakers or score " +
                "without one");
        }

        var dimension = embeddings[0].Length;
        var values = new Half[embeddings.Count * dimension];
        for (var i = 0; i < embeddings.Count; i++)
        {
            if (embeddings[i].Length != dimension)
            {
                throw new ModelException(
                    $"a cohort's embeddings have one dimension, got {dimension} and {embeddings[i].Length}; were they " +
                    "made by different models?");
            }

            var unit = (float[])embeddings[i].Clone();
            Voiceprint.Normalise(unit);
            TensorPrimitives.ConvertToHalf(unit, values.AsSpan(i * dimension, dimension));
        }

        return new Cohort(values, embeddings.Count);
    }

    /// <param name="values">[speakers, dimension], row-major.</param>
    internal static Cohort FromValues(Half[] values, int speakers) => new(values, speakers);

    /// <summary>Mean and deviation of the distances to the nearest members.</summary>
    /// <param name="embedding">Any length but zero.</param>
    /// <param name="top">How many of the nearest count; all where the cohort is smaller.</param>
    /// <exception cref="ModelException">The embedding has another dimension or no direction.</exception>
    public CohortStatistics Nearest(ReadOnlySpan<float> embedding, int top)
    {
        if (embedding.Length != Dimension)
        {
            throw new ModelException(
                $"the cohort's embeddings have {Dimension} dimensions, got one of {embedding.Length}; were they made by " +
                "different models?");
        }

        var distances = new float[Speakers];
        Distances(embedding, distances);
        return Summarise(distances, top);
    }

    /// <summary>
    /// What a member of the cohort sees on average when it looks at the others: the scale that normalised distances are
    /// given on.
    /// </summary>
    internal CohortStatistics Typical(int top)
    {
        var (mean, deviation) = (0.0, 0.0);
        var distances = new float[Speakers];
        for (var i = 0; i < Speakers; i++)
        {
            Distances(_rows.AsSpan(i * Dimension, Dimension), distances);
            // Not itself: the last one takes its place.
            distances[i] = distances[^1];
            var statistics = Summarise(distances.AsSpan(0, Speakers - 1), top);
            mean += statistics.Mean / Speakers;
            deviation += statistics.Deviation / Speakers;
        }

        return new CohortStatistics(mean, deviation);
    }

    private void Distances(ReadOnlySpan<float> embedding, Span<float> distances)
    {
        var norm = TensorPrimitives.Norm(embedding);
        if (!float.IsFinite(norm) || norm < 1e-12f)
        {
            throw new ModelException($"an embedding of length {norm} has no direction; the recording or the model " +
                "behind it is damaged");
        }

        for (var i = 0; i < Speakers; i++)
        {
            distances[i] = 1 - (TensorPrimitives.Dot(embedding, _rows.AsSpan(i * Dimension, Dimension)) / norm);
        }
    }

    /// <param name="distances">Reordered.</param>
    /// <param name="top">As for <see cref="Nearest"/>.</param>
    private static CohortStatistics Summarise(Span<float> distances, int top)
    {
        distances.Sort();
        var nearest = distances[..Math.Min(top, distances.Length)];
        var mean = 0.0;
        foreach (var distance in nearest)
        {
            mean += distance;
        }

        mean /= nearest.Length;
        var variance = 0.0;
        foreach (var distance in nearest)
        {
            variance += (distance - mean) * (distance - mean);
        }

        return new CohortStatistics(mean, Math.Max(Math.Sqrt(variance / nearest.Length), SmallestDeviation));
    }
}
