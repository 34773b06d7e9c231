using Speaker.Training.Distances;
using Speaker.Training.Losses;
using Speaker.Training.Mining;
using TorchSharp;
using static Speaker.Training.Tests.Losses.LossFixtures;

namespace Speaker.Training.Tests.Losses;

public class LossSumTests
{
    [Fact]
    public void Compute_SeveralLosses_IsTheirWeightedSumInValueAndGradient()
    {
        using var scope = torch.NewDisposeScope();
        var mined = new Triplets([0, 1, 9], [2, 4, 3], [1, 3, 5]);
        using var first = new TripletHingeLoss(Training.Distances.Distance.Euclidean, 0.9);
        using var second = new LiftedStructureLoss();
        using var unused = new ContrastiveLoss(1);
        using var sum = new LossSum(
        [
            new WeightedLoss("triplet", first, step => 0.25 * step),
            new WeightedLoss("contrastive", unused, step => step > 5 ? 1 : 0),
            new WeightedLoss("lifted", second, _ => 3),
        ]);
        var x = Matrix(Embeddings(2)).requires_grad_(true);
        var result = sum.Compute(new EmbeddingBatch(x, Labels, mined), 2);
        var (a, b) = (Of(first, x, Labels, mined), Of(second, x, Labels));

        Assert.Equal(["triplet", "lifted"], result.Parts.Select(part => part.Name));
        Assert.Equal(a.item<double>(), result.Parts[0].Value, 12);
        Assert.Equal(b.item<double>(), result.Parts[1].Value, 12);
        Assert.Equal((0.5 * a.item<double>()) + (3 * b.item<double>()), result.Total.item<double>(), 10);
        var gradient = Gradient(result.Total, x);
        var (ofFirst, ofSecond) = (Gradient(a, x), Gradient(b, x));
        for (var i = 0; i < gradient.Length; i++)
        {
            Assert.Equal((0.5 * ofFirst[i]) + (3 * ofSecond[i]), gradient[i], 10);
        }
    }

    [Fact]
    public void Compute_NoLossWithAWeight_IsZeroWithAZeroGradient()
    {
        using var scope = torch.NewDisposeScope();
        using var sum = new LossSum([new WeightedLoss("lifted", new LiftedStructureLoss(), _ => 0)]);
        var x = Matrix(Embeddings(2)).requires_grad_(true);
        var result = sum.Compute(new EmbeddingBatch(x, Labels, Triplets.None), 0);
        Assert.Empty(result.Parts);
        Assert.Equal(0, result.Total.item<double>());
        Assert.All(Gradient(result.Total, x), g => Assert.Equal(0, g));
    }

    private static double[] Gradient(torch.Tensor value, torch.Tensor x) =>
        torch.autograd.grad([value], [x])[0].data<double>().ToArray();
}
