using System.Numerics.Tensors;

namespace Speaker.Scoring;

/// <summary>The cosine distance of two embeddings.</summary>
internal static class CosineScore
{
    /// <summary>Below this squared length a vector has no direction; it is then at distance 1 from everything.</summary>
    private const double SmallestSquaredNorm = 1e-24;

    /// <summary>1 - cos(a, b), from 0 to 2.</summary>
    /// <exception cref="ModelException">The vectors have different dimensions, or none.</exception>
    public static float Distance(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        if (a.Length != b.Length || a.Length == 0)
        {
            throw new ModelException(
                $"embeddings of {a.Length} and of {b.Length} dimensions cannot be compared; they are of two models");
        }

        var squaredNorms = (double)TensorPrimitives.SumOfSquares(a) * TensorPrimitives.SumOfSquares(b);
        if (squaredNorms <= SmallestSquaredNorm * SmallestSquaredNorm)
        {
            return 1;
        }

        var cosine = TensorPrimitives.Dot(a, b) / Math.Sqrt(squaredNorms);
        return (float)(1 - Math.Clamp(cosine, -1, 1));
    }
}
