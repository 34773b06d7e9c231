using Speaker.Training.Losses;
using Speaker.Training.Mining;
using Speaker.Training.Tensors;
using TorchSharp;
using static Speaker.Training.Tests.Losses.LossFixtures;

namespace Speaker.Training.Tests.Losses;

public class TeacherLossTests
{
    private const int Crops = 7;
    private const int TeacherColumns = 6;

    [Fact]
    public void Cosine_RandomBatches_IsTheMeanOfOneLessTheCosine()
    {
        using var scope = torch.NewDisposeScope();
        using var loss = new TeacherCosineLoss();
        for (var seed = 0; seed < 20; seed++)
        {
            var (crops, targets) = (RandomValues(seed, Crops * Columns), RandomValues(seed + 50, Crops * Columns));
            var expected = Enumerable.Range(0, Crops).Average(i => 1 - Cosine(Row(crops, i), Row(targets, i)));
            Assert.Equal(expected, loss.call(Taught(Matrix(crops), Matrix(targets))).item<double>(), 10);
        }
    }

    [Fact]
    public void Similarity_RandomBatches_IsTheMeanSquareOverPairsOfTwoCrops()
    {
        using var scope = torch.NewDisposeScope();
        using var loss = new TeacherSimilarityLoss();
        for (var seed = 0; seed < 20; seed++)
        {
            // The teacher's space has another dimension.
            var crops = RandomValues(seed, Crops * Columns);
            var targets = RandomValues(seed + 50, Crops * TeacherColumns);
            var expected = 0.0;
            for (var i = 0; i < Crops; i++)
            {
                for (var j = 0; j < Crops; j++)
                {
                    if (i != j)
                    {
                        var difference = Cosine(Row(crops, i), Row(crops, j))
                            - Cosine(TeacherRow(targets, i), TeacherRow(targets, j));
                        expected += difference * difference / (Crops * (Crops - 1));
                    }
                }
            }

            Assert.Equal(
                expected, loss.call(Taught(Matrix(crops), TeacherMatrix(targets))).item<double>(), 10);
        }
    }

    [Fact]
    public void Similarity_CropWithoutATarget_AddsNothing()
    {
        using var scope = torch.NewDisposeScope();
        using var loss = new TeacherSimilarityLoss();
        var (crops, targets) = (RandomValues(1, Crops * Columns), RandomValues(51, Crops * TeacherColumns));
        var others = loss.call(Taught(
            Matrix(crops[Columns..]), TeacherMatrix(targets).narrow(0, 1, Crops - 1))).item<double>();
        Array.Clear(targets, 0, TeacherColumns);

        var all = loss.call(Taught(Matrix(crops), TeacherMatrix(targets))).item<double>();

        // The mean is over all pairs.
        Assert.Equal(others * (Crops - 1) * (Crops - 2), all * Crops * (Crops - 1), 10);
    }

    [Fact]
    public void Gradients_OfBoth_EqualFiniteDifferences()
    {
        using var scope = torch.NewDisposeScope();
        using var cosine = new TeacherCosineLoss();
        using var similarity = new TeacherSimilarityLoss();
        var (crops, targets) = (RandomValues(3, Crops * Columns), RandomValues(53, Crops * Columns));
        FiniteDifference.AssertGradient(crops, [Crops, Columns], x => cosine.call(Taught(x, Matrix(targets))));
        FiniteDifference.AssertGradient(crops, [Crops, Columns], x => similarity.call(Taught(x, Matrix(targets))));
    }

    [Fact]
    public void Cosine_StepAgainstTheGradient_MovesEveryCropTowardsItsTarget()
    {
        using var scope = torch.NewDisposeScope();
        using var loss = new TeacherCosineLoss();
        var (crops, targets) = (RandomValues(4, Crops * Columns), RandomValues(54, Crops * Columns));
        var x = Matrix(crops).requires_grad_(true);
        var gradient = torch.autograd.grad([loss.call(Taught(x, Matrix(targets)))], [x])[0].data<double>().ToArray();
        var moved = crops.Zip(gradient, (value, slope) => value - (0.01 * slope)).ToArray();
        for (var i = 0; i < Crops; i++)
        {
            Assert.True(Cosine(Row(moved, i), Row(targets, i)) > Cosine(Row(crops, i), Row(targets, i)));
        }
    }

    [Fact]
    public void Forward_WithoutATeacher_IsZeroWithAZeroGradient()
    {
        foreach (BatchLoss loss in (BatchLoss[])[new TeacherCosineLoss(), new TeacherSimilarityLoss()])
        {
            using (loss)
            {
                AssertNothing(loss, [1, 1, 2]);
            }
        }
    }

    [Fact]
    public void Sum_LabelledAndUnlabelledCrops_TeacherSeesAllOtherLossesTheLabelledOnes()
    {
        using var scope = torch.NewDisposeScope();
        var crops = RandomValues(6, Crops * Columns);
        var all = Matrix(crops);
        long[] labels = [1, 1, 2, 2];
        var triplets = new Triplets([0, 2], [1, 3], [2, 0]);
        using var triplet = new TripletHingeLoss(Training.Distances.Distance.Cosine, 0.5);
        using var sum = new LossSum(
        [
            new WeightedLoss("triplet", triplet, _ => 1), new WeightedLoss("teacher", new TeacherCosineLoss(), _ => 1),
        ]);
        var targets = RandomValues(7, Crops * Columns);
        var result = sum.Compute(
            new EmbeddingBatch(all.narrow(0, 0, labels.Length), labels, triplets)
            {
                Taught = new TaughtBatch(all, Matrix(targets)),
            },
            0);
        var expected = Enumerable.Range(0, Crops).Average(i => 1 - Cosine(Row(crops, i), Row(targets, i)));
        Assert.Equal(expected, result.Parts[1].Value, 10);
        Assert.Equal(
            Of(triplet, Matrix(crops[..(4 * Columns)]), labels, triplets).item<double>(), result.Parts[0].Value, 10);
    }

    private static EmbeddingBatch Taught(torch.Tensor crops, torch.Tensor targets) =>
        new(crops, [], Triplets.None) { Taught = new TaughtBatch(crops, targets) };

    private static double[] TeacherRow(double[] values, int row) =>
        values[(row * TeacherColumns)..((row + 1) * TeacherColumns)];

    private static torch.Tensor TeacherMatrix(double[] values) => torch.tensor(values, [Crops, TeacherColumns]);
}
