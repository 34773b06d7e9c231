using Speaker.Training.Tensors;
using TorchSharp;
using TorchSharp.Modules;

namespace Speaker.Training.Losses;

/// <summary>
/// A softmax over scaled cosines to the centroids of the batch's own speakers; the scale is learnt, from 10, and held
/// above 0 (Wan et al., 2018; Chung et al., 2020).
/// </summary>
/// <remarks>
/// Both papers add a learnt offset to every cosine; the softmax does not see it and its gradient is exactly 0, so it is
/// left out.
/// </remarks>
internal abstract class CentroidSoftmax : BatchLoss
{
    private const double FirstScale = 10;
    private const double SmallestScale = 1e-6;

    // Found by field name, also in base classes as long as it is not private; the name is the one in a checkpoint.
    private protected readonly Parameter scale =
        LearnedTensor.StartingAt(() => torch.ones([1]).Times(FirstScale));

    private protected CentroidSoftmax(string name)
        : base(name) => RegisterComponents();

    /// <summary>What the cosines are multiplied by, [1].</summary>
    public Parameter CosineScale => scale;

    /// <summary>The mean cross-entropy of scaled cosines.</summary>
    /// <param name="cosines">[N, speakers].</param>
    /// <param name="targets">[N] int64.</param>
    private protected torch.Tensor CrossEntropy(torch.Tensor cosines, torch.Tensor targets) =>
        torch.nn.functional.cross_entropy(cosines * scale.ClampMin(SmallestScale), targets);
}
