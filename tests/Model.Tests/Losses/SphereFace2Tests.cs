using Speaker.Training.Losses;
using Speaker.Training.Tensors;
using TorchSharp;
using static Speaker.Training.Tests.Losses.LossFixtures;

namespace Speaker.Training.Tests.Losses;

public class SphereFace2Tests
{
    private const int Classes = 5;
    private static readonly long[] _labels = [0, 1, 2, 4, 0, 3];
    private static readonly double[] _vectors = RandomValues(51, Classes * Columns);

    [Theory]
    [InlineData(0, 30, false)]
    [InlineData(0.2, 30, false)]
    [InlineData(0.35, 12, true)]
    public void Forward_RandomEmbeddings_EqualsNaiveLoops(double margin, double scale, bool grouped)
    {
        using var scope = torch.NewDisposeScope();
        long[]? groups = grouped ? [5, 9, 5, 9, 9] : null;
        using var loss = Create(margin, scale, groups);
        for (var seed = 0; seed < 20; seed++)
        {
            var values = RandomValues(seed, _labels.Length * Columns);
            Assert.Equal(
                Expected(values, margin, scale, 0.4, groups), Of(loss, Matrix(values), _labels).item<double>(), 10);
        }
    }

    [Fact]
    public void Forward_Gradients_EqualFiniteDifferences()
    {
        using var scope = torch.NewDisposeScope();
        using var loss = Create(0.2, 10, null);
        var values = RandomValues(7, _labels.Length * Columns);
        FiniteDifference.AssertGradient(values, [_labels.Length, Columns], x => Of(loss, x, _labels));
        var offset = torch.autograd.grad([Of(loss, Matrix(values), _labels)], [loss.Bias])[0].item<double>();
        var slope = (Expected(values, 0.2, 10, 0.4 + 1e-5, null) - Expected(values, 0.2, 10, 0.4 - 1e-5, null)) / 2e-5;
        Assert.Equal(slope, offset, 7);
    }

    [Fact]
    public void Bias_OfANewLoss_CostsLeastWhereEveryCosineIsZero()
    {
        using var loss = new SphereFace2(Columns, 200, 0, 30);
        var bias = loss.Bias.item<float>();
        double Cost(double at)
        {
            var logit = (30 * ((2 * Math.Pow(0.5, 3)) - 1)) + at;
            return (0.7 * Math.Log(1 + Math.Exp(-logit))) + (0.3 * 199 * Math.Log(1 + Math.Exp(logit)));
        }

        Assert.True(Cost(bias) < Cost(bias + 0.01));
        Assert.True(Cost(bias) < Cost(bias - 0.01));
        Assert.Equal(["bias", "weight"], loss.named_parameters().Select(p => p.name).Order(StringComparer.Ordinal));
    }

    private static double Expected(double[] values, double margin, double scale, double bias, long[]? groups)
    {
        var sum = 0.0;
        for (var i = 0; i < _labels.Length; i++)
        {
            for (var c = 0; c < Classes; c++)
            {
                var g = (2 * Math.Pow((Cosine(Row(values, i), Row(_vectors, c)) + 1) / 2, 3)) - 1;
                if (c == _labels[i])
                {
                    sum += 0.7 / scale * Math.Log(1 + Math.Exp(-((scale * (g - margin)) + bias)));
                }
                else if (groups is null || groups[c] == groups[_labels[i]])
                {
                    sum += 0.3 / scale * Math.Log(1 + Math.Exp((scale * (g + margin)) + bias));
                }
            }
        }

        return sum / _labels.Length;
    }

    /// <summary>In float64, with the vectors and the offset of the loops.</summary>
    private static SphereFace2 Create(double margin, double scale, long[]? groups)
    {
        var loss = new SphereFace2(Columns, Classes, margin, scale, groups);
        loss.to(torch.ScalarType.Float64);
        using var noGradient = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        loss.SpeakerVectors.copy_(Matrix(_vectors));
        loss.Bias.FillInPlace(0.4);
        return loss;
    }
}
