using Speaker.Training.Distances;
using Speaker.Training.Losses;
using Speaker.Training.Mining;
using TorchSharp;

namespace Speaker.Training.Tests.Losses;

public class TripletLossTests
{
    private const int Rows = 10;
    private const int Columns = 4;
    private static readonly long[] _labels = [0, 0, 0, 1, 1, 2, 2, 2, 3, 3];

    /// <summary>Distances, and reductions by name.</summary>
    public static TheoryData<string, string> Cases => new()
    {
        { "squared-euclidean", nameof(TripletReduction.AllTriplets) },
        { "squared-euclidean", nameof(TripletReduction.ActiveTriplets) },
        { "euclidean", nameof(TripletReduction.AllTriplets) },
        { "euclidean", nameof(TripletReduction.ActiveTriplets) },
        { "cosine", nameof(TripletReduction.AllTriplets) },
        { "cosine", nameof(TripletReduction.ActiveTriplets) },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Compute_AllTriplets_EqualsNaiveLoops(string name, string reductionName)
    {
        var reduction = Enum.Parse<TripletReduction>(reductionName);
        const double margin = 0.4;
        var values = RandomValues(1);
        var triplets = AllTriplets();
        double sum = 0;
        var active = 0;
        for (var i = 0; i < triplets.Count; i++)
        {
            var hinge = Between(name, values, triplets.Anchors[i], triplets.Positives[i])
                - Between(name, values, triplets.Anchors[i], triplets.Negatives[i]) + margin;
            if (hinge > 0)
            {
                sum += hinge;
                active++;
            }
        }

        using var scope = torch.NewDisposeScope();
        var loss = Of(
            new TripletHingeLoss(Distance.Parse(name), margin, reduction),
            torch.tensor(values, new long[] { Rows, Columns }), triplets);
        Assert.InRange(active, 1, triplets.Count - 1);
        var divisor = reduction == TripletReduction.AllTriplets ? triplets.Count : active;
        Assert.Equal(sum / divisor, loss.item<double>(), 10);
    }

    [Theory]
    [InlineData("squared-euclidean")]
    [InlineData("euclidean")]
    [InlineData("cosine")]
    public void Compute_SoftMargin_EqualsNaiveLoops(string name)
    {
        var values = RandomValues(1);
        // Some anchors with many triplets, some with few, one with none.
        var all = AllTriplets();
        var kept = Enumerable.Range(0, all.Count).Where(i => all.Anchors[i] != 4 && (i % 3 == 0 || i < 9)).ToArray();
        var triplets = new Triplets(
            [.. kept.Select(i => all.Anchors[i])],
            [.. kept.Select(i => all.Positives[i])],
            [.. kept.Select(i => all.Negatives[i])]);
        var expected = kept.Average(i => Math.Log(1 + Math.Exp(
            Between(name, values, all.Anchors[i], all.Positives[i])
            - Between(name, values, all.Anchors[i], all.Negatives[i]))));

        using var scope = torch.NewDisposeScope();
        var loss = new TripletSoftMarginLoss(Distance.Parse(name));
        Assert.Equal(
            expected, Of(loss, torch.tensor(values, new long[] { Rows, Columns }), triplets).item<double>(), 10);
        FiniteDifference.AssertGradient(values, [Rows, Columns], x => Of(loss, x, triplets));
    }

    [Fact]
    public void Compute_SoftMarginOfHugeDifferences_IsTheDifferenceOrZero()
    {
        using var scope = torch.NewDisposeScope();
        var x = torch.tensor(new double[] { 0, 100, 1 }, new long[] { 3, 1 });
        var loss = new TripletSoftMarginLoss(Distance.SquaredEuclidean);
        Assert.Equal(9999, loss.call(new EmbeddingBatch(x, [0, 0, 1], new Triplets([0], [1], [2]))).item<double>(), 9);
        Assert.Equal(0, loss.call(new EmbeddingBatch(x, [0, 1, 0], new Triplets([0], [2], [1]))).item<double>(), 9);
    }

    [Theory]
    [InlineData("hinge", 0.3)]
    [InlineData("active-hinge", 0.3)]
    [InlineData("soft-margin", 0.6931471805599453)]
    public void Create_Kind_HasItsCollapsedValue(string kind, double expected)
    {
        using var scope = torch.NewDisposeScope();
        var loss = TripletLoss.Create(kind, Distance.Euclidean, 0.3);
        Assert.Contains(kind, TripletLoss.Kinds);
        Assert.Equal(expected, loss.CollapsedValue, 12);
        var x = torch.tensor(Enumerable.Repeat(0.5, Rows * Columns).ToArray(), new long[] { Rows, Columns });
        Assert.Equal(expected, Of(loss, x, AllTriplets()).item<double>(), 9);
    }

    [Fact]
    public void Create_UnknownKind_ListsTheKinds() => Assert.Contains(
        "soft-margin",
        Assert.Throws<ModelException>(() => TripletLoss.Create("batch-hard", Distance.Cosine, 0.3)).Message,
        StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Compute_Gradient_EqualsFiniteDifference(string name, string reduction)
    {
        var loss = new TripletHingeLoss(Distance.Parse(name), 0.4, Enum.Parse<TripletReduction>(reduction));
        FiniteDifference.AssertGradient(RandomValues(2), [Rows, Columns], x => Of(loss, x, AllTriplets()));
    }

    [Fact]
    public void Compute_NoTriplets_IsZeroWithZeroGradient()
    {
        using var scope = torch.NewDisposeScope();
        var x = torch.tensor(RandomValues(3), new long[] { Rows, Columns }).requires_grad_(true);
        var loss = Of(new TripletHingeLoss(Distance.Cosine, 0.2), x, Triplets.None);
        Assert.Equal(0, loss.item<double>());
        Assert.All(torch.autograd.grad([loss], [x])[0].data<double>().ToArray(), g => Assert.Equal(0, g));
    }

    [Fact]
    public void Compute_AllSolved_IsZeroForBothReductions()
    {
        using var scope = torch.NewDisposeScope();
        var x = torch.tensor(new double[] { 1, 0, 1, 0, -1, 0 }, new long[] { 3, 2 }).requires_grad_(true);
        foreach (var reduction in Enum.GetValues<TripletReduction>())
        {
            var loss = new TripletHingeLoss(Distance.Euclidean, 0.2, reduction)
                .call(new EmbeddingBatch(x, [0, 0, 1], new Triplets([0, 1], [1, 0], [2, 2])));
            Assert.Equal(0, loss.item<double>());
            Assert.All(torch.autograd.grad([loss], [x])[0].data<double>().ToArray(), g => Assert.Equal(0, g));
        }
    }

    [Fact]
    public void Compute_CollapsedEmbeddings_StaysAtTheMarginWithFiniteGradient()
    {
        using var scope = torch.NewDisposeScope();
        var collapsed = Enumerable.Repeat(0.5, Rows * Columns).ToArray();
        foreach (var name in new[] { "squared-euclidean", "euclidean", "cosine" })
        {
            var x = torch.tensor(collapsed, new long[] { Rows, Columns }).requires_grad_(true);
            var loss = Of(new TripletHingeLoss(Distance.Parse(name), 0.3), x, AllTriplets());
            Assert.Equal(0.3, loss.item<double>(), 9);
            Assert.All(
                torch.autograd.grad([loss], [x])[0].data<double>().ToArray(),
                g => Assert.True(double.IsFinite(g)));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-0.1)]
    [InlineData(double.PositiveInfinity)]
    public void Constructor_MarginNotAboveZero_Refuses(double margin) =>
        Assert.Throws<ModelException>(() => new TripletHingeLoss(Distance.Cosine, margin));

    private static torch.Tensor Of(TripletLoss loss, torch.Tensor embeddings, Triplets triplets) =>
        loss.call(new EmbeddingBatch(embeddings, _labels, triplets));

    private static double[] RandomValues(int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, Rows * Columns).Select(_ => (random.NextDouble() * 2) - 1)];
    }

    private static Triplets AllTriplets()
    {
        List<long> anchors = [], positives = [], negatives = [];
        for (var a = 0; a < Rows; a++)
        {
            for (var p = 0; p < Rows; p++)
            {
                for (var n = 0; n < Rows; n++)
                {
                    if (a != p && _labels[a] == _labels[p] && _labels[a] != _labels[n])
                    {
                        anchors.Add(a);
                        positives.Add(p);
                        negatives.Add(n);
                    }
                }
            }
        }

        return new Triplets([.. anchors], [.. positives], [.. negatives]);
    }

    private static double Between(string name, double[] values, long i, long j)
    {
        double squared = 0, dot = 0, ii = 0, jj = 0;
        for (var c = 0; c < Columns; c++)
        {
            double x = values[(i * Columns) + c], y = values[(j * Columns) + c];
            squared += (x - y) * (x - y);
            dot += x * y;
            ii += x * x;
            jj += y * y;
        }

        return name switch
        {
            "squared-euclidean" => squared,
            "euclidean" => Math.Sqrt(squared),
            _ => 1 - (dot / Math.Sqrt(ii * jj)),
        };
    }
}
