using Speaker.Training.Distances;
using Speaker.Training.Mining;
using Speaker.Training.Tensors;
using TorchSharp;

namespace Speaker.Training.Losses;

/// <summary>Which pairs the contrastive loss is over.</summary>
internal enum ContrastivePairs
{
    /// <summary>Every pair of the batch.</summary>
    Batch,

    /// <summary>The pairs (a,p) and (a,n) of the mined triplets, as often as they occur.</summary>
    Mined,
}

/// <summary>
/// The contrastive loss (Hadsell, Chopra and LeCun, 2006) on the Euclidean distance d: ½d² for two utterances of one
/// speaker, ½ max(0, margin − d)² for two speakers.
/// </summary>
/// <remarks>
/// The mean over the pairs of one speaker and the mean over the pairs of two are added: in a batch of P speakers × K
/// utterances the latter are (P−1)K/(K−1) times as many and would drown the former in one mean over all.
/// </remarks>
internal sealed class ContrastiveLoss : BatchLoss
{
    /// <param name="margin">Euclidean distance beyond which two speakers are left alone; 1 is common.</param>
    /// <exception cref="ModelException">The margin is not above 0.</exception>
    public ContrastiveLoss(double margin, ContrastivePairs pairs = ContrastivePairs.Batch)
        : base(nameof(ContrastiveLoss))
    {
        if (!(margin > 0) || !double.IsFinite(margin))
        {
            throw new ModelException($"a contrastive margin must be above 0, got {margin}; 1 is common");
        }

        Margin = margin;
        Pairs = pairs;
    }

    public double Margin { get; }

    public ContrastivePairs Pairs { get; }

    /// <summary>The two kinds' names as options give them.</summary>
    /// <exception cref="ModelException">No kind has that name.</exception>
    public static ContrastivePairs ParsePairs(string name) => name switch
    {
        "batch" => ContrastivePairs.Batch,
        "mined" => ContrastivePairs.Mined,
        _ => throw new ModelException($"there are no contrastive pairs named '{name}'; use batch or mined"),
    };

    public override torch.Tensor forward(EmbeddingBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        using var scope = torch.NewDisposeScope();
        var rows = batch.Labels.Length;
        var (same, different) = Pairs == ContrastivePairs.Batch
            ? CountBatch(batch.Labels)
            : CountMined(batch.Mined, rows);
        var together = batch.Distances(Distance.SquaredEuclidean);
        var missing = EuclideanDistance.OfSquared(together).SubtractedFrom(Margin).ClampMin(0);
        var loss = Mean(together, same).Plus(Mean(missing * missing, different));
        return loss.Times(0.5).MoveToOuterDisposeScope();

        torch.Tensor Mean(torch.Tensor values, float[] weights)
        {
            Normalise(weights);
            return (values * torch.tensor(weights, [rows, rows]).to_type(values.dtype).to(values.device)).sum();
        }
    }

    private static (float[] Same, float[] Different) CountBatch(long[] labels)
    {
        var rows = labels.Length;
        var (same, different) = (new float[rows * rows], new float[rows * rows]);
        for (var i = 0; i < rows; i++)
        {
            for (var j = 0; j < i; j++)
            {
                (labels[i] == labels[j] ? same : different)[(i * rows) + j] = 1;
            }
        }

        return (same, different);
    }

    private static (float[] Same, float[] Different) CountMined(Triplets triplets, int rows)
    {
        var (same, different) = (new float[rows * rows], new float[rows * rows]);
        for (var i = 0; i < triplets.Count; i++)
        {
            same[(triplets.Anchors[i] * rows) + triplets.Positives[i]]++;
            different[(triplets.Anchors[i] * rows) + triplets.Negatives[i]]++;
        }

        return (same, different);
    }

    /// <summary>To a sum of 1, unless all are 0.</summary>
    private static void Normalise(Span<float> weights)
    {
        var sum = 0.0;
        foreach (var weight in weights)
        {
            sum += weight;
        }

        if (sum > 0)
        {
            System.Numerics.Tensors.TensorPrimitives.Multiply(weights, (float)(1 / sum), weights);
        }
    }
}
