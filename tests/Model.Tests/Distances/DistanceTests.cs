using Speaker.Training.Distances;
using Speaker.Training.Tests.Losses;
using TorchSharp;

namespace Speaker.Training.Tests.Distances;

public class DistanceTests
{
    public static TheoryData<string> Names => ["squared-euclidean", "euclidean", "cosine"];

    [Theory]
    [MemberData(nameof(Names))]
    public void PairwiseMatrix_RandomRows_EqualsNaiveLoops(string name)
    {
        using var scope = torch.NewDisposeScope();
        var a = RandomRows(1, 7, 5);
        var b = RandomRows(2, 4, 5);
        var matrix = Distance.Parse(name)
            .PairwiseMatrix(ToTensor(a, 5), ToTensor(b, 5)).data<double>().ToArray();
        for (var i = 0; i < 7; i++)
        {
            for (var j = 0; j < 4; j++)
            {
                Assert.Equal(Naive(name, a.AsSpan(i * 5, 5), b.AsSpan(j * 5, 5)), matrix[(i * 4) + j], 10);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Pairwise_RandomRows_EqualsNaiveLoops(string name)
    {
        using var scope = torch.NewDisposeScope();
        var a = RandomRows(1, 7, 5);
        var b = RandomRows(2, 7, 5);
        var rows = Distance.Parse(name).Pairwise(ToTensor(a, 5), ToTensor(b, 5)).data<double>().ToArray();
        Assert.Equal(7, rows.Length);
        for (var i = 0; i < 7; i++)
        {
            Assert.Equal(Naive(name, a.AsSpan(i * 5, 5), b.AsSpan(i * 5, 5)), rows[i], 10);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Pairwise_Gradient_EqualsFiniteDifference(string name)
    {
        using var scope = torch.NewDisposeScope();
        var b = ToTensor(RandomRows(6, 3, 4), 4);
        FiniteDifference.AssertGradient(
            RandomRows(5, 3, 4), [3, 4], x => (Distance.Parse(name).Pairwise(x, b) * Ramp(3)).sum());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void PairwiseMatrix_Gradient_EqualsFiniteDifference(string name)
    {
        using var scope = torch.NewDisposeScope();
        var b = ToTensor(RandomRows(6, 2, 4), 4);
        FiniteDifference.AssertGradient(
            RandomRows(5, 3, 4), [3, 4], x => (Distance.Parse(name).PairwiseMatrix(x, b).sum(1) * Ramp(3)).sum());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Gradient_EqualOrZeroRows_IsFiniteAndZeroWhereTheDistanceIsFlat(string name)
    {
        using var scope = torch.NewDisposeScope();
        double[] values = [1, 2, 3, 0, 0, 0, -1, 0.5, 2];
        var distance = Distance.Parse(name);
        foreach (var measure in new Func<torch.Tensor, torch.Tensor>[]
        {
            x => distance.Pairwise(x, x.detach()).sum(),
            x => distance.PairwiseMatrix(x, x).sum(),
        })
        {
            var x = ToTensor(values, 3).requires_grad_(true);
            var gradient = torch.autograd.grad([measure(x)], [x])[0].data<double>().ToArray();
            Assert.All(gradient, g => Assert.True(double.IsFinite(g)));
        }

        var y = ToTensor(values, 3).requires_grad_(true);
        var atMinimum = torch.autograd.grad([distance.Pairwise(y, y.detach()).sum()], [y])[0];
        Assert.All(atMinimum.data<double>().ToArray(), g => Assert.Equal(0, g, 12));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Pairwise_EqualVectors_IsZeroAndOppositeOnesAreFarthest(string name)
    {
        using var scope = torch.NewDisposeScope();
        var distance = Distance.Parse(name);
        Assert.Equal(name, distance.Name);
        var from = ToTensor([0.6, 0.8, 0.6, 0.8, 0.6, 0.8], 2);
        var to = ToTensor([0.6, 0.8, -0.6, -0.8, 0.8, 0.6], 2);
        var between = distance.Pairwise(from, to).data<double>().ToArray();
        Assert.Equal(0, between[0], 1e-6);
        Assert.Equal(name == "squared-euclidean" ? 4 : 2, between[1], 1e-6);
        Assert.InRange(between[2], 1e-3, between[1]);
    }

    [Fact]
    public void Parse_UnknownName_ListsTheNames()
    {
        var error = Assert.Throws<ModelException>(() => Distance.Parse("manhattan"));
        Assert.Contains("euclidean", error.Message, StringComparison.Ordinal);
    }

    private static torch.Tensor Ramp(int count) =>
        torch.tensor(Enumerable.Range(1, count).Select(i => (double)i).ToArray(), new long[] { count });

    private static torch.Tensor ToTensor(double[] values, int columns) =>
        torch.tensor(values, new long[] { values.Length / columns, columns });

    private static double[] RandomRows(int seed, int rows, int columns)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, rows * columns).Select(_ => (random.NextDouble() * 2) - 1)];
    }

    private static double Naive(string name, ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        double squared = 0, dot = 0, aa = 0, bb = 0;
        for (var i = 0; i < a.Length; i++)
        {
            squared += (a[i] - b[i]) * (a[i] - b[i]);
            dot += a[i] * b[i];
            aa += a[i] * a[i];
            bb += b[i] * b[i];
        }

        return name switch
        {
            "squared-euclidean" => squared,
            "euclidean" => Math.Sqrt(squared),
            _ => 1 - (dot / Math.Sqrt(aa * bb)),
        };
    }
}
