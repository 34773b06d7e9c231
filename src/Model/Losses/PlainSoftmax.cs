using Speaker.Training.Distances;
using Speaker.Training.Tensors;
using TorchSharp;
using TorchSharp.Modules;

namespace Speaker.Training.Losses;

/// <summary>
/// The softmax without a margin: scale · (w·x + b), with x at unit length and vector and offset of every speaker free
/// (Ranjan et al., 2017, "L2-constrained softmax loss for discriminative face verification").
/// </summary>
internal sealed class PlainSoftmax : SpeakerSoftmax
{
    private readonly Parameter bias;

    /// <param name="dimension">D, the embedding's.</param>
    /// <param name="classes">Training speakers.</param>
    /// <param name="scale">Above 0; 30 is common.</param>
    /// <param name="classGroups">The corpus of each class, or null.</param>
    /// <exception cref="ModelException">A value is outside its range.</exception>
    public PlainSoftmax(int dimension, int classes, double scale = 30, long[]? classGroups = null)
        : base(nameof(PlainSoftmax), dimension, classes, scale, classGroups)
    {
        bias = LearnedTensor.StartingAt(() => torch.zeros([classes]));
        RegisterComponents();
    }

    /// <summary>One offset a speaker, [classes].</summary>
    public Parameter Bias => bias;

    public override torch.Tensor Scores(torch.Tensor embeddings)
    {
        using var scope = torch.NewDisposeScope();
        return CosineDistance.ToUnitLength(embeddings).matmul(weight.transpose(0, 1)).Plus(bias)
            .MoveToOuterDisposeScope();
    }
}
