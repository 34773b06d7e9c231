using System.Numerics.Tensors;
using TorchSharp;

namespace Speaker.Training.Distances;

internal sealed class SquaredEuclideanDistance : Distance
{
    public override string Name => "squared-euclidean";

    public override torch.Tensor PairwiseMatrix(torch.Tensor a, torch.Tensor b) => SquaredMatrix(a, b);

    public override torch.Tensor Pairwise(torch.Tensor a, torch.Tensor b)
    {
        using var scope = torch.NewDisposeScope();
        var difference = a - b;
        return (difference * difference).sum(1).MoveToOuterDisposeScope();
    }

    internal override void ToSquaredOnSphere(Span<float> distances)
    {
    }
}

internal sealed class EuclideanDistance : Distance
{
    public override string Name => "euclidean";

    public override torch.Tensor PairwiseMatrix(torch.Tensor a, torch.Tensor b)
    {
        using var scope = torch.NewDisposeScope();
        return OfSquared(SquaredMatrix(a, b)).MoveToOuterDisposeScope();
    }

    /// <summary>The distances whose squares are given; differentiable, with gradient 0 where they are 0.</summary>
    public static torch.Tensor OfSquared(torch.Tensor squared) => SafeSquareRoot(squared);

    public override torch.Tensor Pairwise(torch.Tensor a, torch.Tensor b)
    {
        using var scope = torch.NewDisposeScope();
        return SafeSquareRoot(SquaredEuclidean.Pairwise(a, b)).MoveToOuterDisposeScope();
    }

    internal override void ToSquaredOnSphere(Span<float> distances) =>
        TensorPrimitives.Multiply(distances, distances, distances);
}
