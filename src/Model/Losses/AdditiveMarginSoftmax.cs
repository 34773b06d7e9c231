using Speaker.Training.Tensors;
using TorchSharp;

namespace Speaker.Training.Losses;

/// <summary>The margin is taken from the cosine: scale · (cos θ − margin) (AM-softmax, Wang et al., 2018).</summary>
internal sealed class AdditiveMarginSoftmax : MarginSoftmax
{
    /// <param name="dimension">D, the embedding's.</param>
    /// <param name="classes">Training speakers.</param>
    /// <param name="margin">A cosine, 0…1; 0.2 is common for speakers.</param>
    /// <param name="scale">Above 0; 30 is common.</param>
    /// <param name="classGroups">The corpus of each class, or null.</param>
    /// <exception cref="ModelException">A value is outside its range.</exception>
    public AdditiveMarginSoftmax(
        int dimension, int classes, double margin = 0.2, double scale = 30, long[]? classGroups = null)
        : base(nameof(AdditiveMarginSoftmax), dimension, classes, margin, scale, classGroups)
    {
    }

    private protected override torch.Tensor WithMargin(torch.Tensor cosine) => cosine.Minus(Margin);
}
