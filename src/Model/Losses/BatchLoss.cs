using Speaker.Training.Tensors;
using TorchSharp;

namespace Speaker.Training.Losses;

/// <summary>
/// A loss over one batch of embeddings. Its parameters, where it has some, are learnt beside the encoder's.
/// </summary>
/// <remarks>
/// <c>forward</c> returns [] of the embeddings' type, differentiable; a batch that offers nothing to compare (one
/// speaker only, one utterance of each) gives 0 with a zero gradient, so that a sum of losses goes on with the others.
/// </remarks>
internal abstract class BatchLoss(string name) : torch.nn.Module<EmbeddingBatch, torch.Tensor>(name)
{
    private protected static torch.Tensor Nothing(torch.Tensor embeddings) => embeddings.sum().Times(0);
}
