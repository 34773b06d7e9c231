using Speaker.Training.Distances;
using Speaker.Training.Losses;
using TorchSharp;
using static Speaker.Training.Tests.Losses.LossFixtures;

namespace Speaker.Training.Tests.Losses;

public class LiftedStructureLossTests
{
    [Theory]
    [InlineData(0.3)]
    [InlineData(1)]
    [InlineData(2)]
    public void Forward_RandomBatches_EqualsNaiveLoops(double margin)
    {
        using var scope = torch.NewDisposeScope();
        for (var seed = 0; seed < 10; seed++)
        {
            var values = Embeddings(seed);
            Assert.Equal(
                Expected(values, Labels, margin),
                Of(new LiftedStructureLoss(margin), Matrix(values), Labels).item<double>(), 9);
        }
    }

    [Fact]
    public void Forward_FarNegatives_IsZeroBelowTheHinge()
    {
        using var scope = torch.NewDisposeScope();
        double[] values = [0, 0, 0, 0, 0.1, 0, 0, 0, 30, 0, 0, 0];
        Assert.Equal(0, Expected(values, [1, 1, 2], 1));
        Assert.Equal(0, Of(new LiftedStructureLoss(), Matrix(values), [1, 1, 2]).item<double>());
    }

    [Fact]
    public void Forward_Gradient_EqualsFiniteDifference() => FiniteDifference.AssertGradient(
        Embeddings(5), [Labels.Length, Columns], x => Of(new LiftedStructureLoss(), x, Labels));

    [Fact]
    public void Forward_NoPairOrNoNegative_IsZero()
    {
        AssertNothing(new LiftedStructureLoss(), [1, 2, 3]);
        AssertNothing(new LiftedStructureLoss(), [4, 4, 4]);
    }

    [Fact]
    public void Forward_EqualEmbeddings_HasAFiniteGradient()
    {
        using var scope = torch.NewDisposeScope();
        var x = Matrix([.. Enumerable.Repeat(0.5, Labels.Length * Columns)]).requires_grad_(true);
        var value = Of(new LiftedStructureLoss(), x, Labels);
        Assert.All(
            torch.autograd.grad([value], [x])[0].data<double>().ToArray(), g => Assert.True(double.IsFinite(g)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(double.NaN)]
    public void Constructor_MarginNotAboveZero_Refuses(double margin) =>
        Assert.Throws<ModelException>(() => new LiftedStructureLoss(margin));

    private static double Expected(double[] values, long[] labels, double margin)
    {
        List<double> terms = [];
        for (var i = 0; i < labels.Length; i++)
        {
            for (var j = i + 1; j < labels.Length; j++)
            {
                if (labels[i] != labels[j])
                {
                    continue;
                }

                var sum = 0.0;
                for (var k = 0; k < labels.Length; k++)
                {
                    if (labels[k] != labels[i])
                    {
                        sum += Math.Exp(margin - Distance(Row(values, i), Row(values, k)))
                            + Math.Exp(margin - Distance(Row(values, j), Row(values, k)));
                    }
                }

                var term = Math.Log(sum) + Distance(Row(values, i), Row(values, j));
                terms.Add(0.5 * Math.Pow(Math.Max(0, term), 2));
            }
        }

        return terms.Average();
    }
}
