using Speaker.Training.Distances;
using Speaker.Training.Mining;
using TorchSharp;

namespace Speaker.Training.Losses;

/// <summary>
/// A loss of d(a,p) − d(a,n) over mined triplets: how much farther an anchor is from its positive than from its
/// negative.
/// </summary>
/// <remarks>
/// Each pair's distance is taken from the B×B matrix of the batch, so that even all triplets cost O(B²·D) and one
/// number a triplet.
/// </remarks>
internal abstract class TripletLoss : BatchLoss
{
    private protected TripletLoss(string name, Distance distance)
        : base(name)
    {
        ArgumentNullException.ThrowIfNull(distance);
        Distance = distance;
    }

    /// <summary>The names that <see cref="Create"/> knows.</summary>
    public static IReadOnlyList<string> Kinds { get; } = ["hinge", "active-hinge", "soft-margin"];

    public Distance Distance { get; }

    /// <summary>Its value when every distance is equal, as in a collapsed encoder.</summary>
    public abstract double CollapsedValue { get; }

    /// <summary>The loss of that name; the soft margin has no margin.</summary>
    /// <exception cref="ModelException">No kind has that name, or the margin is not above 0.</exception>
    public static TripletLoss Create(string kind, Distance distance, double margin) => kind switch
    {
        "hinge" => new TripletHingeLoss(distance, margin),
        "active-hinge" => new TripletHingeLoss(distance, margin, TripletReduction.ActiveTriplets),
        "soft-margin" => new TripletSoftMarginLoss(distance),
        _ => throw new ModelException($"there is no triplet loss named '{kind}'; use {string.Join(", ", Kinds)}"),
    };

    /// <summary>The loss of the batch's mined triplets.</summary>
    public override torch.Tensor forward(EmbeddingBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        using var scope = torch.NewDisposeScope();
        var (embeddings, triplets) = (batch.Embeddings, batch.Mined);
        if (triplets.Count == 0)
        {
            return Nothing(embeddings).MoveToOuterDisposeScope();
        }

        var grid = TripletGrid.Of(triplets, batch.Labels.Length);
        var distances = batch.Distances(Distance);
        var positive = distances.gather(1, Cells(grid.Positives));
        var negative = distances.gather(1, Cells(grid.Negatives));
        var filled = torch.tensor(grid.Filled, [grid.Rows, grid.Columns]).to_type(embeddings.dtype)
            .to(embeddings.device);
        return Reduce(positive - negative, filled, triplets.Count).MoveToOuterDisposeScope();

        torch.Tensor Cells(long[] rows) => torch.tensor(rows, [grid.Rows, grid.Columns]).to(embeddings.device);
    }

    /// <param name="difference">[N, M] d(a,p) − d(a,n).</param>
    /// <param name="filled">[N, M] 1 where there is a triplet, 0 where there is none.</param>
    /// <param name="count">Triplets.</param>
    /// <returns>[].</returns>
    private protected abstract torch.Tensor Reduce(torch.Tensor difference, torch.Tensor filled, int count);

    /// <summary>The triplets of each anchor as a row of a rectangle, short rows filled up.</summary>
    private sealed record TripletGrid(int Rows, int Columns, long[] Positives, long[] Negatives, float[] Filled)
    {
        public static TripletGrid Of(Triplets triplets, int rows)
        {
            var used = new int[rows];
            foreach (var anchor in triplets.Anchors)
            {
                used[anchor]++;
            }

            var columns = used.Max();
            var grid = new TripletGrid(
                rows, columns, new long[rows * columns], new long[rows * columns], new float[rows * columns]);
            Array.Clear(used);
            for (var i = 0; i < triplets.Count; i++)
            {
                var anchor = triplets.Anchors[i];
                var cell = (anchor * columns) + used[anchor]++;
                grid.Positives[cell] = triplets.Positives[i];
                grid.Negatives[cell] = triplets.Negatives[i];
                grid.Filled[cell] = 1;
            }

            return grid;
        }
    }
}
