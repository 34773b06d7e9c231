using Speaker.Training.Distances;
using Speaker.Training.Losses;
using Speaker.Training.Mining;
using TorchSharp;
using static Speaker.Training.Tests.Losses.LossFixtures;

namespace Speaker.Training.Tests.Losses;

public class ContrastiveLossTests
{
    private static readonly Triplets _mined = new([0, 0, 1, 9, 9], [2, 2, 4, 3, 7], [1, 3, 0, 5, 1]);

    [Theory]
    [InlineData(0.8)]
    [InlineData(1.5)]
    public void Forward_PairsOfTheBatch_EqualsNaiveLoops(double margin)
    {
        using var scope = torch.NewDisposeScope();
        for (var seed = 0; seed < 10; seed++)
        {
            var values = Embeddings(seed);
            List<double> same = [], different = [];
            for (var i = 0; i < Labels.Length; i++)
            {
                for (var j = i + 1; j < Labels.Length; j++)
                {
                    Add(values, i, j, margin, Labels[i] == Labels[j] ? same : null, different);
                }
            }

            Assert.Contains(0, different);
            Assert.Equal(
                same.Average() + different.Average(),
                Of(new ContrastiveLoss(margin), Matrix(values), Labels).item<double>(), 6);
        }
    }

    [Fact]
    public void Forward_MinedPairs_CountsEachAsOftenAsItOccurs()
    {
        using var scope = torch.NewDisposeScope();
        var values = Embeddings(4);
        List<double> same = [], different = [];
        for (var t = 0; t < _mined.Count; t++)
        {
            Add(values, (int)_mined.Anchors[t], (int)_mined.Positives[t], 1.2, same, different);
            Add(values, (int)_mined.Anchors[t], (int)_mined.Negatives[t], 1.2, null, different);
        }

        var loss = new ContrastiveLoss(1.2, ContrastivePairs.Mined);
        Assert.Equal(
            same.Average() + different.Average(), Of(loss, Matrix(values), Labels, _mined).item<double>(), 6);
    }

    [Theory]
    [InlineData(nameof(ContrastivePairs.Batch))]
    [InlineData(nameof(ContrastivePairs.Mined))]
    public void Forward_Gradient_EqualsFiniteDifference(string pairs)
    {
        var loss = new ContrastiveLoss(1.1, Enum.Parse<ContrastivePairs>(pairs));
        FiniteDifference.AssertGradient(
            Embeddings(5), [Labels.Length, Columns], x => Of(loss, x, Labels, _mined));
    }

    [Fact]
    public void Forward_NothingMined_IsZero() =>
        AssertNothing(new ContrastiveLoss(1, ContrastivePairs.Mined), [1, 1, 2]);

    [Fact]
    public void Forward_EqualEmbeddings_HasAFiniteGradient()
    {
        using var scope = torch.NewDisposeScope();
        var x = Matrix([.. Enumerable.Repeat(0.5, Labels.Length * Columns)]).requires_grad_(true);
        var value = Of(new ContrastiveLoss(1), x, Labels);
        Assert.Equal(0.5, value.item<double>(), 6);
        Assert.All(
            torch.autograd.grad([value], [x])[0].data<double>().ToArray(), g => Assert.True(double.IsFinite(g)));
    }

    [Fact]
    public void Constructor_ValuesOutsideTheirRanges_Refuses()
    {
        Assert.Throws<ModelException>(() => new ContrastiveLoss(0));
        Assert.Throws<ModelException>(() => ContrastiveLoss.ParsePairs("all"));
    }

    private static void Add(
        double[] values, int i, int j, double margin, List<double>? same, List<double> different)
    {
        var distance = Distance(Row(values, i), Row(values, j));
        if (same is not null)
        {
            same.Add(0.5 * distance * distance);
        }
        else
        {
            different.Add(0.5 * Math.Pow(Math.Max(0, margin - distance), 2));
        }
    }
}
