using System.Numerics.Tensors;
using Speaker.Training.Distances;

namespace Speaker.Training.Mining;

/// <summary>
/// For every ordered anchor-positive pair a negative drawn with a probability proportional to min(λ, 1/q(d)) (Wu et
/// al., 2017, "Sampling matters in deep embedding learning"), where q is how frequent the Euclidean distance d is
/// between random points of the unit sphere, q(d) ∝ d^(D−2) · (1 − d²/4)^((D−3)/2).
/// </summary>
/// <remarks>
/// In 192 dimensions nearly all random pairs are about √2 apart: drawn uniformly, negatives are all alike, while these
/// draws spread over the whole range of distances. λ is 1/q(0.5): negatives closer than 0.5, whose gradients are mostly
/// noise, are drawn as if they were 0.5 away. Those beyond 1.4, where 1/q rises again though nothing is to be learnt,
/// are not drawn; an anchor that has no others draws uniformly.
/// </remarks>
internal sealed class DistanceWeightedMiner : TripletMiner
{
    private const float Nearest = 0.5f;
    private const float Farthest = 1.4f;

    private readonly Distance _distance;
    private readonly int _dimension;
    private readonly int _seed;

    /// <param name="distance">What the mined matrices are of; the embeddings are of unit length.</param>
    /// <param name="margin">Of the loss that the triplets are for, in the unit of the distance.</param>
    /// <param name="dimension">D, 3 or more.</param>
    /// <param name="seed">Of the draws.</param>
    /// <exception cref="ModelException">Margin or dimension out of range.</exception>
    public DistanceWeightedMiner(Distance distance, double margin, int dimension, int seed)
        : base(margin)
    {
        ArgumentNullException.ThrowIfNull(distance);
        if (dimension < 3)
        {
            throw new ModelException($"distance-weighted mining needs 3 dimensions or more, got {dimension}");
        }

        (_distance, _dimension, _seed) = (distance, dimension, seed);
    }

    private protected override void MineInto(
        TripletCollector collector, ReadOnlySpan<float> distances, BatchRows rows, int step)
    {
        var random = Draws(_seed, step);
        var negatives = new int[rows.Length];
        var weights = new float[rows.Length];
        var buffer = new float[rows.Length];
        for (var anchor = 0; anchor < rows.Length; anchor++)
        {
            var row = distances.Slice(anchor * rows.Length, rows.Length);
            var count = 0;
            for (var other = 0; other < rows.Length; other++)
            {
                if (rows.IsNegative(anchor, other))
                {
                    negatives[count] = other;
                    weights[count++] = row[other];
                }
            }

            if (count == 0 || !rows.HasPositive(anchor))
            {
                continue;
            }

            var sums = weights.AsSpan(0, count);
            Accumulate(sums, buffer.AsSpan(0, count));
            for (var positive = 0; positive < rows.Length; positive++)
            {
                if (!rows.IsPositive(anchor, positive))
                {
                    continue;
                }

                var negative = negatives[Draw(sums, random.NextDouble())];
                collector.Add(anchor, positive, negative, row[positive], row[negative]);
            }
        }
    }

    /// <summary>Distances to the running sums of the weights, the last of which is above 0.</summary>
    private void Accumulate(Span<float> values, Span<float> buffer)
    {
        _distance.ToSquaredOnSphere(values);
        var anyNear = TensorPrimitives.Min(values) <= Farthest * Farthest;
        if (!anyNear)
        {
            values.Fill(1);
        }
        else
        {
            LogWeights(values, buffer);
            TensorPrimitives.Subtract(buffer, TensorPrimitives.Max(buffer), buffer);
            TensorPrimitives.Exp(buffer, values);
        }

        for (var i = 1; i < values.Length; i++)
        {
            values[i] += values[i - 1];
        }
    }

    /// <summary>log min(λ, 1/q) up to a constant, −∞ beyond <see cref="Farthest"/>.</summary>
    private void LogWeights(ReadOnlySpan<float> squared, Span<float> logWeights)
    {
        // With s = d²: log 1/q = −(D−2)/2 · log s − (D−3)/2 · log(1 − s/4).
        TensorPrimitives.Clamp(squared, Nearest * Nearest, Farthest * Farthest, logWeights);
        for (var i = 0; i < squared.Length; i++)
        {
            var s = logWeights[i];
            logWeights[i] = squared[i] > Farthest * Farthest
                ? float.NegativeInfinity
                : (-0.5f * (_dimension - 2) * MathF.Log(s)) - (0.5f * (_dimension - 3) * MathF.Log(1 - (s / 4)));
        }
    }

    /// <summary>The first place whose running sum is above that share of the whole.</summary>
    private static int Draw(ReadOnlySpan<float> sums, double share)
    {
        var wanted = share * sums[^1];
        int low = 0, high = sums.Length - 1;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (sums[middle] > wanted)
            {
                high = middle;
            }
            else
            {
                low = middle + 1;
            }
        }

        return low;
    }
}
