using Speaker.Training.Distances;
using Speaker.Training.Tensors;
using TorchSharp;

namespace Speaker.Training.Losses;

/// <summary>
/// The mean squared difference between the cosines of a batch's crops and those of the teacher's embeddings of their
/// recordings, over all pairs of two crops (Tung and Mori, 2019, "Similarity-preserving knowledge distillation"; Park
/// et al., 2019, "Relational knowledge distillation"): it needs no common space and no common dimension.
/// </summary>
internal sealed class TeacherSimilarityLoss() : BatchLoss(nameof(TeacherSimilarityLoss))
{
    public override torch.Tensor forward(EmbeddingBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        using var scope = torch.NewDisposeScope();
        if (batch.Taught is not { Embeddings: var crops, Targets: var targets } || crops.shape[0] < 2)
        {
            return Nothing(batch.Embeddings).MoveToOuterDisposeScope();
        }

        // 0 where the teacher has nothing of a crop's recording: what such a crop is like is not its to say.
        var heard = targets.abs().sum(1, true).sign();
        var difference = (Distance.Cosine.PairwiseMatrix(crops, crops)
            - Distance.Cosine.PairwiseMatrix(targets, targets)) * heard * heard.t();
        var pairs = crops.shape[0] * (crops.shape[0] - 1);
        // A crop is like itself in both: the diagonal adds nothing.
        return (difference * difference).sum().DividedBy(pairs).MoveToOuterDisposeScope();
    }
}
