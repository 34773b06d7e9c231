using System.Buffers;
using Speaker.Numerics;
using Speaker.Training.Distances;
using TorchSharp;

namespace Speaker.Training.Mining;

/// <summary>
/// Chooses triplets from the distances within one batch. Distances are those of
/// <see cref="Distances.Distance"/>: non-negative, smaller is closer.
/// </summary>
/// <remarks>
/// No triplet's negative ever shares the anchor's label, whatever the miner's fallback. A batch without two rows of one
/// label, or with one label only, gives no triplets. Memory is the B×B matrix itself plus O(B), and the triplets.
/// <para>
/// What a miner draws is fixed by its seed and the step, not by the batches before: a run that is taken up again mines
/// as if it had never stopped. Miners may be used from any thread, one call at a time.
/// </para>
/// </remarks>
internal abstract class TripletMiner
{
    private static readonly long MiningKey = SplitRandom.Key("mining");

    private protected TripletMiner(double margin)
    {
        if (!(margin > 0) || !double.IsFinite(margin))
        {
            throw new ModelException($"a mining margin must be above 0, got {margin}; 0.2 to 0.5 is common");
        }

        Margin = (float)margin;
    }

    /// <summary>The names that <see cref="Create"/> knows.</summary>
    public static IReadOnlyList<string> Names { get; } =
        ["random", "batch-all", "semi-hard", "batch-hard", "easy-positive", "easy-positive-hard", "distance-weighted"];

    /// <summary>The margin of the loss that the triplets are for, in the unit of the distance.</summary>
    public float Margin { get; }

    /// <summary>The miner of that name.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="distance">What the mined matrices are of.</param>
    /// <param name="margin">Of the loss that the triplets are for, in the unit of the distance.</param>
    /// <param name="dimension">D, the embeddings'.</param>
    /// <param name="seed">Of the miners that draw.</param>
    /// <exception cref="ModelException">No miner has that name, or a value is outside its range.</exception>
    public static TripletMiner Create(string name, Distance distance, double margin, int dimension, int seed) =>
        name switch
        {
            "random" => new RandomMiner(margin, seed),
            "batch-all" => new BatchAllMiner(margin, seed),
            "semi-hard" => new SemiHardMiner(margin),
            "batch-hard" => new BatchHardMiner(margin),
            "easy-positive" => new EasyPositiveMiner(margin, EasyPositiveNegative.SemiHard),
            "easy-positive-hard" => new EasyPositiveMiner(margin, EasyPositiveNegative.Hard),
            "distance-weighted" => new DistanceWeightedMiner(distance, margin, dimension, seed),
            _ => throw new ModelException($"there is no miner named '{name}'; use {string.Join(", ", Names)}"),
        };

    /// <summary>Mines the distances of one batch.</summary>
    /// <param name="distances">[B, B] float32; only its values are read, gradients do not pass.</param>
    /// <param name="labels">The speaker of each of the B rows.</param>
    /// <param name="step">Of the run, from 0; names the draws of the miners that draw.</param>
    /// <param name="channels">The channel of each row, see <see cref="BatchRows"/>; null: they do not count.</param>
    /// <exception cref="ModelException">The shapes do not fit each other, or a distance is not finite.</exception>
    public MiningResult Mine(torch.Tensor distances, long[] labels, int step = 0, long[]? channels = null)
    {
        ArgumentNullException.ThrowIfNull(distances);
        ArgumentNullException.ThrowIfNull(labels);
        var shape = distances.shape;
        if (shape.Length != 2 || shape[0] != labels.Length || shape[1] != labels.Length)
        {
            throw new ModelException(
                $"mining needs a [{labels.Length}, {labels.Length}] matrix for {labels.Length} labels, " +
                $"got [{string.Join(", ", shape)}]");
        }

        var count = checked(labels.Length * labels.Length);
        var values = ArrayPool<float>.Shared.Rent(count);
        try
        {
            using (torch.NewDisposeScope())
            {
                distances.detach().cpu().contiguous().data<float>().CopyTo(values);
            }

            return MineMatrix(values.AsSpan(0, count), labels, step, channels);
        }
        finally
        {
            ArrayPool<float>.Shared.Return(values);
        }
    }

    /// <summary>Mines a row-major B×B matrix of distances; otherwise as <see cref="Mine"/>.</summary>
    /// <exception cref="ModelException">The matrix is not B×B, or a distance is not finite.</exception>
    public MiningResult MineMatrix(
        ReadOnlySpan<float> distances, ReadOnlySpan<long> labels, int step = 0, ReadOnlySpan<long> channels = default)
    {
        var rows = labels.Length;
        if (distances.Length != (long)rows * rows)
        {
            throw new ModelException($"mining needs {rows}×{rows} distances for {rows} labels, got {distances.Length}");
        }

        if (!channels.IsEmpty && channels.Length != rows)
        {
            throw new ModelException($"mining needs {rows} channels for {rows} labels, got {channels.Length}");
        }

        for (var i = 0; i < distances.Length; i++)
        {
            if (!float.IsFinite(distances[i]))
            {
                throw new ModelException(
                    $"the distance between rows {i / rows} and {i % rows} is {distances[i]}; " +
                    "the embeddings have diverged: lower the learning rate and start from the last good checkpoint");
            }
        }

        var collector = new TripletCollector(Margin);
        MineInto(collector, distances, new BatchRows(labels, channels), step);
        return collector.ToResult();
    }

    private protected abstract void MineInto(
        TripletCollector collector, ReadOnlySpan<float> distances, BatchRows rows, int step);

    /// <summary>The semi-hard negative of a pair or, where it has none, the one closest to that window.</summary>
    /// <param name="row">The anchor's distances.</param>
    /// <param name="positiveDistance">d(a,p).</param>
    /// <param name="beyond">The nearest negative with d(a,n) &gt; d(a,p), or −1.</param>
    /// <param name="within">The farthest negative with d(a,n) ≤ d(a,p), or −1.</param>
    /// <returns>−1 where both are.</returns>
    private protected int SemiHardOf(ReadOnlySpan<float> row, float positiveDistance, int beyond, int within)
    {
        var isSemiHard = beyond >= 0 && row[beyond] < positiveDistance + Margin;
        return isSemiHard || within < 0 ? beyond : within;
    }

    /// <summary>The draws of a step.</summary>
    private protected static SplitRandom Draws(int seed, int step) => SplitRandom.For(seed, step, MiningKey);
}
