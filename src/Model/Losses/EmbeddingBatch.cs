using Speaker.Training.Distances;
using Speaker.Training.Mining;
using TorchSharp;

namespace Speaker.Training.Losses;

/// <summary>What a loss may look at; each takes what it needs of it.</summary>
/// <param name="Embeddings">[B, D], what the gradient goes to.</param>
/// <param name="Labels">The speaker of each of the B rows; for a softmax 0…classes−1.</param>
/// <param name="Mined">Triplets mined from these rows; <see cref="Triplets.None"/> where no loss reads them.</param>
internal sealed record EmbeddingBatch(torch.Tensor Embeddings, long[] Labels, Triplets Mined)
{
    /// <summary>The distances that the triplets were mined from, [B, B], differentiable: losses by the same distance
    /// take them instead of computing them again.</summary>
    public (Distance Distance, torch.Tensor Matrix)? MinedFrom { get; init; }

    /// <summary>What the teacher says; null where there is none.</summary>
    public TaughtBatch? Taught { get; init; }

    /// <summary>All distances between the embeddings.</summary>
    /// <returns>[B, B]; differentiable.</returns>
    public torch.Tensor Distances(Distance distance) => MinedFrom is { } mined && mined.Distance == distance
        ? mined.Matrix
        : distance.PairwiseMatrix(Embeddings, Embeddings);
}
