using Speaker.Model.Distances;
using Speaker.Model.Losses;
using Speaker.Model.Mining;
using TorchSharp;

namespace Speaker.Model.Tests.Losses;

public class TripletLossTests
{
    private const int Rows = 10;
    private const int Columns = 4;
    private static readonly long[] _labels = [0, 0, 0, 1, 1, 2, 2, 2, 3, 3];

    public static TheoryData<string, TripletReduction> Cases => new()
    {
        { "squared-euclidean", TripletReduction.AllTriplets },
        { "squared-euclidean", TripletReduction.ActiveTriplets },
        { "euclidean", TripletReduction.AllTriplets },
        { "euclidean", TripletReduction.ActiveTriplets },
        { "cosine", TripletReduction.AllTriplets },
        { "cosine", TripletReduction.ActiveTriplets },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Compute_AllTriplets_EqualsNaiveLoops(string name, TripletReduction reduction)
    {
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
        var result = new TripletLoss(Distance.Parse(name), margin, reduction)
            .Compute(torch.tensor(values, new long[] { Rows, Columns }), triplets);
        Assert.InRange(active, 1, triplets.Count - 1);
        Assert.Equal((double)active / triplets.Count, result.ActiveFraction, 12);
        var divisor = reduction == TripletReduction.AllTriplets ? triplets.Count : active;
        Assert.Equal(sum / divisor, result.Loss.item<double>(), 10);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Compute_Gradient_EqualsFiniteDifference(string name, TripletReduction reduction)
    {
        var loss = new TripletLoss(Distance.Parse(name), 0.4, reduction);
        FiniteDifference.AssertGradient(RandomValues(2), [Rows, Columns], x => loss.Compute(x, AllTriplets()).Loss);
    }

    [Fact]
    public void Compute_NoTriplets_IsZeroWithZeroGradient()
    {
        using var scope = torch.NewDisposeScope();
        var x = torch.tensor(RandomValues(3), new long[] { Rows, Columns }).requires_grad_(true);
        var result = new TripletLoss(Distance.Cosine, 0.2).Compute(x, new Triplets([], [], []));
        Assert.Equal(0, result.Loss.item<double>());
        Assert.True(double.IsNaN(result.ActiveFraction));
        Assert.All(torch.autograd.grad([result.Loss], [x])[0].data<double>().ToArray(), g => Assert.Equal(0, g));
    }

    [Fact]
    public void Compute_AllSolved_IsZeroForBothReductions()
    {
        using var scope = torch.NewDisposeScope();
        var x = torch.tensor(new double[] { 1, 0, 1, 0, -1, 0 }, new long[] { 3, 2 }).requires_grad_(true);
        foreach (var reduction in Enum.GetValues<TripletReduction>())
        {
            var result = new TripletLoss(Distance.Euclidean, 0.2, reduction)
                .Compute(x, new Triplets([0, 1], [1, 0], [2, 2]));
            Assert.Equal(0, result.Loss.item<double>());
            Assert.Equal(0, result.ActiveFraction);
            Assert.All(torch.autograd.grad([result.Loss], [x])[0].data<double>().ToArray(), g => Assert.Equal(0, g));
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
            var result = new TripletLoss(Distance.Parse(name), 0.3).Compute(x, AllTriplets());
            Assert.Equal(0.3, result.Loss.item<double>(), 9);
            Assert.Equal(1, result.ActiveFraction);
            Assert.All(
                torch.autograd.grad([result.Loss], [x])[0].data<double>().ToArray(),
                g => Assert.True(double.IsFinite(g)));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-0.1)]
    [InlineData(double.PositiveInfinity)]
    public void Constructor_MarginNotAboveZero_Refuses(double margin) =>
        Assert.Throws<ModelException>(() => new TripletLoss(Distance.Cosine, margin));

    private static double[] RandomValues(int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, Rows * Columns).Select(_ => (random.NextDouble() * 2) - 1)];
    }

    private static Triplets AllTriplets()
    {
        List<long> anchors = [], positives = [], negatives = [];
        for (var a = 0; a < Rows; a++)
            for (var p = 0; p < Rows; p++)
                for (var n = 0; n < Rows; n++)
                    if (a != p && _labels[a] == _labels[p] && _labels[a] != _labels[n])
                    {
                        anchors.Add(a);
                        positives.Add(p);
                        negatives.Add(n);
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
