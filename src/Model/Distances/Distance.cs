using Speaker.Training.Tensors;
using TorchSharp;

namespace Speaker.Training.Distances;

/// <summary>
/// A distance between embeddings, shared by loss, miner and scorer so that they cannot disagree.
/// Every distance here is non-negative and <b>smaller is closer</b>: an anchor and its positive are pulled to smaller
/// values, a trial is accepted at or below a threshold.
/// </summary>
/// <remarks>Instances hold no state and may be used from any thread.</remarks>
internal abstract class Distance
{
    /// <summary>‖a − b‖², 0…4 on unit vectors; the distance of FaceNet's triplet loss (Schroff et al., 2015).</summary>
    public static Distance SquaredEuclidean { get; } = new SquaredEuclideanDistance();

    /// <summary>‖a − b‖, 0…2 on unit vectors; its gradient at 0 is defined as 0.</summary>
    public static Distance Euclidean { get; } = new EuclideanDistance();

    /// <summary>1 − cos(a, b), 0…2 whatever the lengths; the distance that every decision of the product is made on.</summary>
    public static Distance Cosine { get; } = new CosineDistance();

    private protected Distance()
    {
    }

    /// <summary>The name used by options and model cards: "squared-euclidean", "euclidean" or "cosine".</summary>
    public abstract string Name { get; }

    /// <summary>The distance of that <see cref="Name"/>.</summary>
    /// <exception cref="ModelException">No distance has that name.</exception>
    public static Distance Parse(string name) => name switch
    {
        "squared-euclidean" => SquaredEuclidean,
        "euclidean" => Euclidean,
        "cosine" => Cosine,
        _ => throw new ModelException(
            $"there is no distance named '{name}'; use squared-euclidean, euclidean or cosine"),
    };

    /// <summary>All distances between the rows of two matrices.</summary>
    /// <param name="a">[N, D].</param>
    /// <param name="b">[M, D].</param>
    /// <returns>[N, M]; differentiable.</returns>
    public abstract torch.Tensor PairwiseMatrix(torch.Tensor a, torch.Tensor b);

    /// <summary>The distances between row i of <paramref name="a"/> and row i of <paramref name="b"/>.</summary>
    /// <param name="a">[N, D].</param>
    /// <param name="b">[N, D].</param>
    /// <returns>[N]; differentiable, with a finite gradient where the rows are equal.</returns>
    public abstract torch.Tensor Pairwise(torch.Tensor a, torch.Tensor b);

    /// <summary>Turns distances between unit vectors into squared Euclidean ones, in place.</summary>
    internal abstract void ToSquaredOnSphere(Span<float> distances);

    /// <summary>‖aᵢ − bⱼ‖² through one matrix product; what cancellation leaves below zero is cut off.</summary>
    private protected static torch.Tensor SquaredMatrix(torch.Tensor a, torch.Tensor b)
    {
        using var scope = torch.NewDisposeScope();
        var products = a.matmul(b.transpose(0, 1));
        var squaresOfA = (a * a).sum(1, true);
        var squaresOfB = (b * b).sum(1, true).transpose(0, 1);
        return (squaresOfA.Plus(squaresOfB) - products.Times(2)).ClampMin(0).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// √x with gradient 0 where x is 0, where the true slope is infinite and one pair of equal embeddings would turn
    /// every weight into NaN.
    /// </summary>
    private protected static torch.Tensor SafeSquareRoot(torch.Tensor squared)
    {
        using var scope = torch.NewDisposeScope();
        var isZero = squared.LessOrEqual(0).to_type(squared.dtype);
        return (squared.Plus(isZero).sqrt() * isZero.SubtractedFrom(1)).MoveToOuterDisposeScope();
    }
}
