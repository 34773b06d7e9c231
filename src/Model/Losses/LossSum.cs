using Speaker.Training.Tensors;
using TorchSharp;

namespace Speaker.Training.Losses;

/// <summary>A loss of a sum.</summary>
/// <param name="Name">For reports and checkpoints; once a sum.</param>
/// <param name="Weight">Of a step, from 0; at 0 the loss is not computed.</param>
internal sealed record WeightedLoss(string Name, BatchLoss Loss, Func<int, double> Weight);

/// <summary>What one loss of a sum was, before its weight.</summary>
internal readonly record struct LossPart(string Name, double Value);

/// <param name="Total">[] the weighted sum, differentiable.</param>
/// <param name="Parts">Those that were computed, in their order.</param>
internal sealed record LossSumResult(torch.Tensor Total, IReadOnlyList<LossPart> Parts);

/// <summary>A weighted sum of losses on the same embeddings, each weight a function of the step.</summary>
/// <remarks>It owns the losses.</remarks>
internal sealed class LossSum(IReadOnlyList<WeightedLoss> losses) : IDisposable
{
    public IReadOnlyList<WeightedLoss> Losses { get; } = losses;

    /// <returns>Zero with a zero gradient where no loss has a weight at that step.</returns>
    public LossSumResult Compute(EmbeddingBatch batch, int step)
    {
        ArgumentNullException.ThrowIfNull(batch);
        using var scope = torch.NewDisposeScope();
        torch.Tensor? total = null;
        var parts = new List<LossPart>(Losses.Count);
        foreach (var (name, loss, weightOf) in Losses)
        {
            var weight = weightOf(step);
            if (weight == 0)
            {
                continue;
            }

            var value = loss.call(batch);
            parts.Add(new LossPart(name, value.detach().to_type(torch.ScalarType.Float64).item<double>()));
            total = total is null ? value.Times(weight) : total.Plus(value.Times(weight));
        }

        return new LossSumResult((total ?? batch.Embeddings.sum().Times(0)).MoveToOuterDisposeScope(), parts);
    }

    public void Dispose()
    {
        foreach (var part in Losses)
        {
            part.Loss.Dispose();
        }
    }
}
