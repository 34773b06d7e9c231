using Speaker.Training.Distances;
using TorchSharp;

namespace Speaker.Training.Losses;

/// <summary>
/// Softmax over scaled cosines between an embedding and one direction a speaker, where the true speaker's cosine is
/// made worse by a margin.
/// </summary>
internal abstract class MarginSoftmax : SpeakerSoftmax
{
    private double _margin;

    private protected MarginSoftmax(
        string name, int dimension, int classes, double margin, double scale, long[]? classGroups)
        : base(name, dimension, classes, scale, classGroups)
    {
        Margin = margin;
        RegisterComponents();
    }

    /// <summary>0…1. May change between steps: a ramp from 0 eases the start.</summary>
    public double Margin
    {
        get => _margin;
        set => _margin = value is >= 0 and <= 1
            ? value
            : throw new ModelException($"the margin of a softmax must be 0 to 1, got {value}");
    }

    /// <summary>Cosines; only the directions of embeddings and speakers count.</summary>
    public override torch.Tensor Scores(torch.Tensor embeddings)
    {
        using var scope = torch.NewDisposeScope();
        return CosineDistance.ToUnitLength(embeddings)
            .matmul(CosineDistance.ToUnitLength(weight).transpose(0, 1)).MoveToOuterDisposeScope();
    }

    private protected override torch.Tensor MadeHarder(torch.Tensor scores, torch.Tensor target)
    {
        using var scope = torch.NewDisposeScope();
        var cosine = scores.gather(1, target);
        return scores.scatter_add(1, target, WithMargin(cosine) - cosine).MoveToOuterDisposeScope();
    }

    private protected abstract torch.Tensor WithMargin(torch.Tensor cosine);
}
