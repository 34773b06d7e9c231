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

    private protected override float BetweenOfSameLength(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var root = TensorPrimitives.Distance(a, b);
        return root * root;
    }
}

internal sealed class EuclideanDistance : Distance
{
    public override string Name => "euclidean";

    public override torch.Tensor PairwiseMatrix(torch.Tensor a, torch.Tensor b)
    {
        using var scope = torch.NewDisposeScope();
        return SafeSquareRoot(SquaredMatrix(a, b)).MoveToOuterDisposeScope();
    }

    public override torch.Tensor Pairwise(torch.Tensor a, torch.Tensor b)
    {
        using var scope = torch.NewDisposeScope();
        return SafeSquareRoot(SquaredEuclidean.Pairwise(a, b)).MoveToOuterDisposeScope();
    }

    internal override void ToSquaredOnSphere(Span<float> distances) =>
        TensorPrimitives.Multiply(distances, distances, distances);

    private protected override float BetweenOfSameLength(ReadOnlySpan<float> a, ReadOnlySpan<float> b) =>
        TensorPrimitives.Distance(a, b);
}
