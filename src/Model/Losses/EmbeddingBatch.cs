using Speaker.Training.Mining;
using TorchSharp;

namespace Speaker.Training.Losses;

/// <summary>What a loss may look at; each takes what it needs of it.</summary>
/// <param name="Embeddings">[B, D], what the gradient goes to.</param>
/// <param name="Labels">The speaker of each of the B rows; for a softmax 0…classes−1.</param>
/// <param name="Mined">Triplets mined from these rows; <see cref="Triplets.None"/> where no loss reads them.</param>
internal sealed record EmbeddingBatch(torch.Tensor Embeddings, long[] Labels, Triplets Mined);
