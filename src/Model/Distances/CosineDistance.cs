using System.Numerics.Tensors;
using Speaker.Training.Tensors;
using TorchSharp;

namespace Speaker.Training.Distances;

internal sealed class CosineDistance : Distance
{
    /// <summary>Below this squared length a vector has no direction; it is then at distance 1 from everything.</summary>
    private const double SmallestSquaredNorm = 1e-24;

    public override string Name => "cosine";

    public override torch.Tensor PairwiseMatrix(torch.Tensor a, torch.Tensor b)
    {
        using var scope = torch.NewDisposeScope();
        return ToUnitLength(a).matmul(ToUnitLength(b).transpose(0, 1)).SubtractedFrom(1).MoveToOuterDisposeScope();
    }

    public override torch.Tensor Pairwise(torch.Tensor a, torch.Tensor b)
    {
        using var scope = torch.NewDisposeScope();
        return (ToUnitLength(a) * ToUnitLength(b)).sum(1).SubtractedFrom(1).MoveToOuterDisposeScope();
    }

    internal override void ToSquaredOnSphere(Span<float> distances) =>
        TensorPrimitives.Multiply(distances, 2, distances);

    /// <summary>x / ‖x‖ row by row; the clamp leaves the gradient of a zero vector at zero instead of NaN.</summary>
    /// <param name="x">[N, D].</param>
    internal static torch.Tensor ToUnitLength(torch.Tensor x)
    {
        using var scope = torch.NewDisposeScope();
        return (x * (x * x).sum(1, true).ClampMin(SmallestSquaredNorm).rsqrt()).MoveToOuterDisposeScope();
    }
}
