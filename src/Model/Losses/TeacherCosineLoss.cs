using Speaker.Training.Distances;
using TorchSharp;

namespace Speaker.Training.Losses;

/// <summary>
/// 1 − cos(embedding of a crop, teacher's embedding of its whole recording), mean over the crops: regression to a
/// teacher's space (Hinton et al., 2015, for the idea; a cosine instead of their softened classes, which need labels).
/// </summary>
/// <remarks>Without a teacher it is 0. The teacher's dimension has to be the encoder's.</remarks>
internal sealed class TeacherCosineLoss() : BatchLoss(nameof(TeacherCosineLoss))
{
    public override torch.Tensor forward(EmbeddingBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        using var scope = torch.NewDisposeScope();
        return (batch.Taught is { } taught
            ? Distance.Cosine.Pairwise(taught.Embeddings, taught.Targets).mean()
            : Nothing(batch.Embeddings)).MoveToOuterDisposeScope();
    }
}
