using Speaker.Training.Losses;
using Speaker.Training.Mining;
using Speaker.Training.Tensors;
using TorchSharp;

namespace Speaker.Training.Tests.Losses;

public class AdditiveAngularMarginSoftmaxTests
{
    private const int Rows = 5;
    private const int Columns = 4;
    private const int Classes = 3;
    private static readonly long[] _labels = [0, 1, 2, 1, 0];

    [Theory]
    [InlineData(0, 30)]
    [InlineData(0.2, 30)]
    [InlineData(0.5, 10)]
    [InlineData(1, 64)]
    public void Forward_RandomEmbeddings_EqualsFormulaByAngles(double margin, double scale)
    {
        for (var seed = 0; seed < 20; seed++)
        {
            using var scope = torch.NewDisposeScope();
            var embeddings = RandomValues(seed, Rows * Columns);
            var weights = RandomValues(seed + 100, Classes * Columns);
            using var loss = Create(weights, margin, scale);
            var actual = Of(loss, Matrix(embeddings), _labels).item<double>();
            Assert.Equal(Expected(embeddings, weights, margin, scale, null), actual, 8);
        }
    }

    [Fact]
    public void Forward_EveryAngleOfTheTarget_FallsMonotonically()
    {
        using var scope = torch.NewDisposeScope();
        using var loss = Create([1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1], 0.4, 10);
        var previous = double.NegativeInfinity;
        for (var degrees = 1; degrees < 180; degrees++)
        {
            var angle = degrees * Math.PI / 180;
            var x = torch.tensor(new[] { Math.Cos(angle), Math.Sin(angle), 0, 0 }, new long[] { 1, 4 });
            var value = Of(loss, x, [0]).item<double>();
            Assert.True(value > previous, $"the loss falls from {previous} to {value} at {degrees} degrees");
            previous = value;
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public void Forward_CosineAtItsEnds_HasFiniteValueAndGradient(int sign)
    {
        using var scope = torch.NewDisposeScope();
        var weights = RandomValues(1, Classes * Columns);
        foreach (var type in new[] { torch.ScalarType.Float64, torch.ScalarType.Float32 })
        {
            using var loss = Create(weights, 0.2, 30).to(type);
            var x = loss.SpeakerVectors.detach().Times(sign).requires_grad_(true);
            var value = Of(loss, x, [0, 1, 2]);
            var gradient = torch.autograd.grad([value], [x])[0].to_type(torch.ScalarType.Float64);
            Assert.True(double.IsFinite(value.to_type(torch.ScalarType.Float64).item<double>()));
            Assert.All(gradient.data<double>().ToArray(), g => Assert.True(double.IsFinite(g)));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.2)]
    [InlineData(0.8)]
    public void Forward_Gradient_EqualsFiniteDifference(double margin)
    {
        using var scope = torch.NewDisposeScope();
        var embeddings = RandomValues(7, Rows * Columns);
        var weights = RandomValues(8, Classes * Columns);
        using var loss = Create(weights, margin, 10);
        FiniteDifference.AssertGradient(embeddings, [Rows, Columns], x => Of(loss, x, _labels));

        var gradient = torch.autograd.grad([Of(loss, Matrix(embeddings), _labels)], [loss.SpeakerVectors])[0]
            .data<double>().ToArray();
        for (var i = 0; i < weights.Length; i++)
        {
            var slope = (With(i, 1e-5) - With(i, -1e-5)) / 2e-5;
            Assert.InRange(gradient[i], slope - 1e-6, slope + 1e-6);
        }

        double With(int index, double offset)
        {
            var moved = (double[])weights.Clone();
            moved[index] += offset;
            return Expected(embeddings, moved, margin, 10, null);
        }
    }

    [Fact]
    public void Forward_ClassGroups_CompetesWithinTheGroupOnly()
    {
        using var scope = torch.NewDisposeScope();
        long[] groups = [5, 9, 5];
        var embeddings = RandomValues(3, Rows * Columns);
        var weights = RandomValues(4, Classes * Columns);
        using var loss = Create(weights, 0.2, 30, groups);
        var actual = Of(loss, Matrix(embeddings), _labels).item<double>();
        Assert.Equal(Expected(embeddings, weights, 0.2, 30, groups), actual, 8);

        var gradient = torch.autograd.grad([Of(loss, Matrix(embeddings), _labels)], [loss.SpeakerVectors])[0]
            .data<double>().ToArray();
        Assert.All(gradient, g => Assert.True(double.IsFinite(g)));
        Assert.All(gradient[4..8], g => Assert.Equal(0, g, 12));
    }

    [Fact]
    public void Margin_ChangedBetweenSteps_TakesEffect()
    {
        using var scope = torch.NewDisposeScope();
        var embeddings = RandomValues(3, Rows * Columns);
        var weights = RandomValues(4, Classes * Columns);
        using var loss = Create(weights, 0, 30);
        loss.Margin = 0.3;
        loss.Scale = 12;
        Assert.Equal(
            Expected(embeddings, weights, 0.3, 12, null),
            Of(loss, Matrix(embeddings), _labels).item<double>(), 8);
    }

    [Fact]
    public void Constructor_ValuesOutsideTheirRanges_Refuses()
    {
        Assert.Throws<ModelException>(() => new AdditiveAngularMarginSoftmax(0, 3));
        Assert.Throws<ModelException>(() => new AdditiveAngularMarginSoftmax(4, 1));
        Assert.Throws<ModelException>(() => new AdditiveAngularMarginSoftmax(4, 3, 1.1));
        Assert.Throws<ModelException>(() => new AdditiveAngularMarginSoftmax(4, 3, 0.2, 0));
        Assert.Throws<ModelException>(() => new AdditiveAngularMarginSoftmax(4, 3, 0.2, 30, [1, 2]));
    }

    private static torch.Tensor Of(BatchLoss loss, torch.Tensor embeddings, long[] labels) =>
        loss.call(new EmbeddingBatch(embeddings, labels, Triplets.None));

    private static AdditiveAngularMarginSoftmax Create(
        double[] weights, double margin, double scale, long[]? groups = null)
    {
        var loss = new AdditiveAngularMarginSoftmax(Columns, Classes, margin, scale, groups)
            .to(torch.ScalarType.Float64);
        using (torch.no_grad())
        {
            using var values = torch.tensor(weights, new long[] { Classes, Columns });
            loss.SpeakerVectors.copy_(values);
        }

        return loss;
    }

    private static torch.Tensor Matrix(double[] values) =>
        torch.tensor(values, new long[] { values.Length / Columns, Columns });

    private static double[] RandomValues(int seed, int count)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (random.NextDouble() * 2) - 1)];
    }

    /// <summary>Mean of −log softmax of scale·cos(θ + margin) against scale·cos θ, by the angles themselves.</summary>
    private static double Expected(double[] x, double[] w, double margin, double scale, long[]? groups)
    {
        var total = 0.0;
        for (var i = 0; i < _labels.Length; i++)
        {
            double sum = 0, target = 0;
            for (var c = 0; c < Classes; c++)
            {
                if (groups is not null && groups[c] != groups[_labels[i]])
                {
                    continue;
                }

                double dot = 0, xx = 0, ww = 0;
                for (var k = 0; k < Columns; k++)
                {
                    dot += x[(i * Columns) + k] * w[(c * Columns) + k];
                    xx += x[(i * Columns) + k] * x[(i * Columns) + k];
                    ww += w[(c * Columns) + k] * w[(c * Columns) + k];
                }

                var angle = Math.Acos(dot / Math.Sqrt(xx * ww));
                var logit = Math.Cos(angle);
                if (c == _labels[i])
                {
                    logit = angle < Math.PI - margin
                        ? Math.Cos(angle + margin)
                        : Math.Cos(angle) - (margin * Math.Sin(margin));
                    target = scale * logit;
                }

                sum += Math.Exp(scale * logit);
            }

            total += Math.Log(sum) - target;
        }

        return total / _labels.Length;
    }
}
