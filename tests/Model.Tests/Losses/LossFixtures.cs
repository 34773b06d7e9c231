using Speaker.Training.Distances;
using Speaker.Training.Losses;
using Speaker.Training.Mining;
using TorchSharp;

namespace Speaker.Training.Tests.Losses;

/// <summary>Batches for losses, and vectors as the naive loops take them.</summary>
internal static class LossFixtures
{
    public const int Columns = 4;

    /// <summary>Speakers with three, two, one and four utterances, not in order.</summary>
    public static readonly long[] Labels = [7, 3, 7, 9, 3, 5, 9, 9, 7, 9];

    public static double[] RandomValues(int seed, int count)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (random.NextDouble() * 2) - 1)];
    }

    public static double[] Embeddings(int seed) => RandomValues(seed, Labels.Length * Columns);

    public static torch.Tensor Matrix(double[] values) =>
        torch.tensor(values, new long[] { values.Length / Columns, Columns });

    public static torch.Tensor Of(BatchLoss loss, torch.Tensor x, long[] labels, Triplets? mined = null) =>
        loss.call(new EmbeddingBatch(x, labels, mined ?? Triplets.None));

    public static double[] Row(double[] values, int row) => values[(row * Columns)..((row + 1) * Columns)];

    public static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();

    public static double Cosine(double[] a, double[] b) => Dot(a, b) / Math.Sqrt(Dot(a, a) * Dot(b, b));

    public static double Distance(double[] a, double[] b) => Math.Sqrt(a.Zip(b, (x, y) => (x - y) * (x - y)).Sum());

    public static double[] Unit(double[] a) => [.. a.Select(x => x / Math.Sqrt(Dot(a, a)))];

    /// <summary>The mean of unit-length rows.</summary>
    public static double[] Centre(double[] values, IEnumerable<int> rows)
    {
        var units = rows.Select(row => Unit(Row(values, row))).ToArray();
        return [.. Enumerable.Range(0, Columns).Select(c => units.Average(unit => unit[c]))];
    }

    /// <summary>−log softmax of one of some logits.</summary>
    public static double CrossEntropy(double[] logits, int target) =>
        Math.Log(logits.Sum(Math.Exp)) - logits[target];

    /// <summary>A batch with nothing to compare gives 0 and a gradient of 0.</summary>
    public static void AssertNothing(BatchLoss loss, long[] labels)
    {
        using var scope = torch.NewDisposeScope();
        var x = Matrix(RandomValues(3, labels.Length * Columns)).requires_grad_(true);
        var value = Of(loss, x, labels);
        Assert.Equal(0, value.item<double>());
        Assert.All(torch.autograd.grad([value], [x])[0].data<double>().ToArray(), g => Assert.Equal(0, g));
    }
}
