using System.Buffers;
using TorchSharp;

namespace Speaker.Model.Mining;

/// <summary>
/// Chooses triplets from the distances within one batch. Distances are those of
/// <see cref="Distances.Distance"/>: non-negative, smaller is closer.
/// </summary>
/// <remarks>
/// No triplet's negative ever shares the anchor's label, whatever the miner's fallback. A batch without two rows of one
/// label, or with one label only, gives no triplets. Memory is the B×B matrix itself plus O(B).
/// </remarks>
public abstract class TripletMiner
{
    private protected TripletMiner(double margin)
    {
        if (!(margin > 0) || !double.IsFinite(margin))
            throw new ModelException($"a mining margin must be above 0, got {margin}; 0.2 to 0.5 is common");
        Margin = (float)margin;
    }

    /// <summary>The margin of the loss that the triplets are for, in the unit of the distance.</summary>
    public float Margin { get; }

    /// <summary>Mines the distances of one batch.</summary>
    /// <param name="distances">[B, B] float32; only its values are read, gradients do not pass.</param>
    /// <param name="labels">The speaker of each of the B rows.</param>
    /// <exception cref="ModelException">The shapes do not fit each other, or a distance is not finite.</exception>
    public MiningResult Mine(torch.Tensor distances, long[] labels)
    {
        ArgumentNullException.ThrowIfNull(distances);
        ArgumentNullException.ThrowIfNull(labels);
        var shape = distances.shape;
        if (shape.Length != 2 || shape[0] != labels.Length || shape[1] != labels.Length)
            throw new ModelException(
                $"mining needs a [{labels.Length}, {labels.Length}] matrix for {labels.Length} labels, " +
                $"got [{string.Join(", ", shape)}]");

        var count = checked(labels.Length * labels.Length);
        var values = ArrayPool<float>.Shared.Rent(count);
        try
        {
            using (torch.NewDisposeScope())
                distances.detach().cpu().contiguous().data<float>().CopyTo(values);
            return MineMatrix(values.AsSpan(0, count), labels);
        }
        finally
        {
            ArrayPool<float>.Shared.Return(values);
        }
    }

    /// <summary>Mines a row-major B×B matrix of distances.</summary>
    /// <exception cref="ModelException">The matrix is not B×B, or a distance is not finite.</exception>
    public MiningResult MineMatrix(ReadOnlySpan<float> distances, ReadOnlySpan<long> labels)
    {
        var rows = labels.Length;
        if (distances.Length != (long)rows * rows)
            throw new ModelException($"mining needs {rows}×{rows} distances for {rows} labels, got {distances.Length}");
        for (var i = 0; i < distances.Length; i++)
            if (!float.IsFinite(distances[i]))
                throw new ModelException(
                    $"the distance between rows {i / rows} and {i % rows} is {distances[i]}; " +
                    "the embeddings have diverged: lower the learning rate and start from the last good checkpoint");

        var collector = new TripletCollector(Margin);
        MineInto(collector, distances, labels);
        return collector.ToResult();
    }

    private protected abstract void MineInto(
        TripletCollector collector, ReadOnlySpan<float> distances, ReadOnlySpan<long> labels);
}
