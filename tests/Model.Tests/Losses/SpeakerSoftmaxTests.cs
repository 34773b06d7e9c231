using Speaker.Training.Losses;
using TorchSharp;
using static Speaker.Training.Tests.Losses.LossFixtures;

namespace Speaker.Training.Tests.Losses;

/// <summary>What the softmaxes share, and the two that have no margin or one of the cosine.</summary>
public class SpeakerSoftmaxTests
{
    private const int Classes = 3;
    private static readonly long[] _labels = [0, 1, 2, 1, 0];
    private static readonly double[] _vectors = RandomValues(50, Classes * Columns);
    private static readonly double[] _offsets = [0.1, -0.2, 0.05];

    [Theory]
    [InlineData("plain", 0, 30, false)]
    [InlineData("plain", 0, 8, true)]
    [InlineData("additive-margin", 0, 30, false)]
    [InlineData("additive-margin", 0.2, 30, false)]
    [InlineData("additive-margin", 0.35, 12, true)]
    public void Forward_RandomEmbeddings_EqualsNaiveLoops(string kind, double margin, double scale, bool grouped)
    {
        using var scope = torch.NewDisposeScope();
        long[]? groups = grouped ? [5, 9, 5] : null;
        using var loss = Create(kind, margin, scale, groups);
        for (var seed = 0; seed < 20; seed++)
        {
            var values = RandomValues(seed, _labels.Length * Columns);
            Assert.Equal(
                Expected(kind, values, margin, scale, groups), Of(loss, Matrix(values), _labels).item<double>(), 8);
        }
    }

    [Theory]
    [InlineData("plain", 0)]
    [InlineData("additive-margin", 0.2)]
    public void Forward_Gradient_EqualsFiniteDifference(string kind, double margin)
    {
        using var scope = torch.NewDisposeScope();
        using var loss = Create(kind, margin, 10, null);
        var values = RandomValues(7, _labels.Length * Columns);
        FiniteDifference.AssertGradient(values, [_labels.Length, Columns], x => Of(loss, x, _labels));

        foreach (var (name, parameter) in loss.named_parameters())
        {
            var gradient = torch.autograd.grad([Of(loss, Matrix(values), _labels)], [parameter])[0]
                .data<double>().ToArray();
            var at = name == "weight" ? _vectors : _offsets;
            for (var i = 0; i < at.Length; i++)
            {
                var kept = at[i];
                at[i] = kept + 1e-5;
                var above = Expected(kind, values, margin, 10, null);
                at[i] = kept - 1e-5;
                var below = Expected(kind, values, margin, 10, null);
                at[i] = kept;
                Assert.Equal((above - below) / 2e-5, gradient[i], 6);
            }
        }
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("additive-margin")]
    [InlineData("additive-angular-margin")]
    public void Scores_RandomEmbeddings_AreThoseWithoutMarginAndScale(string kind)
    {
        using var scope = torch.NewDisposeScope();
        using var loss = Create(kind, kind == "plain" ? 0 : 0.3, 25, null);
        var values = RandomValues(9, _labels.Length * Columns);
        var scores = loss.Scores(Matrix(values)).data<double>().ToArray();
        for (var i = 0; i < _labels.Length; i++)
        {
            for (var c = 0; c < Classes; c++)
            {
                Assert.Equal(Score(kind, values, i, c), scores[(i * Classes) + c], 9);
            }
        }
    }

    [Fact]
    public void Create_EveryKind_MakesIt()
    {
        Assert.Equal(
            [
                typeof(PlainSoftmax), typeof(AdditiveMarginSoftmax), typeof(AdditiveAngularMarginSoftmax),
                typeof(SphereFace2),
            ],
            SpeakerSoftmax.Kinds.Select(kind =>
            {
                using var loss = SpeakerSoftmax.Create(kind, 4, 3, 30, null);
                Assert.Equal(kind is "plain" or "sphereface2" ? ["bias", "weight"] : ["weight"],
                    loss.named_parameters().Select(p => p.name).Order(StringComparer.Ordinal));
                return loss.GetType();
            }));
        var error = Assert.Throws<ModelException>(() => SpeakerSoftmax.Create("arc", 4, 3, 30, null));
        Assert.Contains("additive-angular-margin", error.Message, StringComparison.Ordinal);
    }

    private static SpeakerSoftmax Create(string kind, double margin, double scale, long[]? groups)
    {
        var loss = SpeakerSoftmax.Create(kind, Columns, Classes, scale, groups).to(torch.ScalarType.Float64);
        using var noGradient = torch.no_grad();
        using var vectors = torch.tensor(_vectors, new long[] { Classes, Columns });
        using var offsets = torch.tensor(_offsets, new long[] { Classes });
        loss.SpeakerVectors.copy_(vectors);
        if (loss is PlainSoftmax plain)
        {
            plain.Bias.copy_(offsets);
        }
        else
        {
            ((MarginSoftmax)loss).Margin = margin;
        }

        return loss;
    }

    private static double Score(string kind, double[] values, int row, int speaker)
    {
        var (x, w) = (Row(values, row), Row(_vectors, speaker));
        return kind == "plain" ? Dot(Unit(x), w) + _offsets[speaker] : Cosine(x, w);
    }

    private static double Expected(string kind, double[] values, double margin, double scale, long[]? groups) =>
        Enumerable.Range(0, _labels.Length).Average(i =>
        {
            var target = (int)_labels[i];
            var rivals = Enumerable.Range(0, Classes)
                .Where(c => groups is null || groups[c] == groups[target]).ToArray();
            var logits = rivals.Select(c => scale * (Score(kind, values, i, c) - (c == target ? margin : 0)));
            return CrossEntropy([.. logits], Array.IndexOf(rivals, target));
        });
}
