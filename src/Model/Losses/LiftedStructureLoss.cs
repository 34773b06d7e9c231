using Speaker.Training.Distances;
using Speaker.Training.Tensors;
using TorchSharp;

namespace Speaker.Training.Losses;

/// <summary>
/// Lifted structure (Song et al., 2016, equation 4) on the Euclidean distance d: every pair (i, j) of one speaker
/// against every negative of either, ½ max(0, log(Σ e^(margin − d(i,k)) + Σ e^(margin − d(j,l))) + d(i,j))², averaged
/// over the pairs.
/// </summary>
/// <remarks>
/// It needs no miner: the logarithm of the sum is a smooth maximum, close to the hardest negative of the pair. It was
/// preferred to the N-pair loss (Sohn, 2016), which on unit vectors is what <see cref="AngularPrototypicalLoss"/> gives
/// with two utterances a speaker.
/// </remarks>
internal sealed class LiftedStructureLoss : BatchLoss
{
    /// <param name="margin">α of the paper, which takes 1.</param>
    /// <exception cref="ModelException">The margin is not above 0.</exception>
    public LiftedStructureLoss(double margin = 1)
        : base(nameof(LiftedStructureLoss))
    {
        if (!(margin > 0) || !double.IsFinite(margin))
        {
            throw new ModelException($"the margin of the lifted structure must be above 0, got {margin}; 1 is common");
        }

        Margin = margin;
    }

    public double Margin { get; }

    public override torch.Tensor forward(EmbeddingBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        using var scope = torch.NewDisposeScope();
        var embeddings = batch.Embeddings;
        var (first, second) = PositivePairs(batch.Labels);
        if (first.Length == 0 || batch.Labels.All(label => label == batch.Labels[0]))
        {
            return Nothing(embeddings).MoveToOuterDisposeScope();
        }

        var (i, j) = (Index(first), Index(second));
        var labels = Index(batch.Labels);
        var own = labels.unsqueeze(0).eq(labels.unsqueeze(1));
        var closeness = Distance.Euclidean.PairwiseMatrix(embeddings, embeddings).SubtractedFrom(Margin);
        var negatives = LogSums.LogSumExp(closeness.MaskedFill(own, float.NegativeInfinity)).unsqueeze(1);
        var ofPair = LogSums.LogSumExp(torch.cat([negatives.index_select(0, i), negatives.index_select(0, j)], 1));
        var apart = Distance.Euclidean.Pairwise(embeddings.index_select(0, i), embeddings.index_select(0, j));
        var hinge = ofPair.Plus(apart).ClampMin(0);
        return (hinge * hinge).mean().Times(0.5).MoveToOuterDisposeScope();

        torch.Tensor Index(long[] values) => torch.tensor(values).to(embeddings.device);
    }

    private static (long[] First, long[] Second) PositivePairs(long[] labels)
    {
        List<long> first = [], second = [];
        foreach (var speaker in BatchSpeakers.Of(labels))
        {
            for (var i = 0; i < speaker.Length; i++)
            {
                for (var j = i + 1; j < speaker.Length; j++)
                {
                    first.Add(speaker[i]);
                    second.Add(speaker[j]);
                }
            }
        }

        return ([.. first], [.. second]);
    }
}
