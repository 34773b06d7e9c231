using TorchSharp;

namespace Speaker.Training.Losses;

/// <summary>What a teacher says of a batch; recordings without speakers count too.</summary>
/// <param name="Embeddings">[R, D] of all crops, what the gradient goes to.</param>
/// <param name="Targets">[R, D'], only directions count: what the teacher makes of each crop's whole recording.</param>
internal sealed record TaughtBatch(torch.Tensor Embeddings, torch.Tensor Targets);
