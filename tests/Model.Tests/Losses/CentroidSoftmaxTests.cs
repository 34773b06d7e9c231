using Speaker.Training.Losses;
using Speaker.Training.Tensors;
using TorchSharp;
using static Speaker.Training.Tests.Losses.LossFixtures;

namespace Speaker.Training.Tests.Losses;

public class CentroidSoftmaxTests
{
    public static TheoryData<string> Names => ["prototypical", "ge2e"];

    [Theory]
    [MemberData(nameof(Names))]
    public void Forward_RandomBatches_EqualsNaiveLoops(string name)
    {
        using var scope = torch.NewDisposeScope();
        using var loss = Create(name);
        foreach (var scale in new[] { 10.0, 3.5 })
        {
            SetScale(loss, scale);
            for (var seed = 0; seed < 10; seed++)
            {
                var values = Embeddings(seed);
                Assert.Equal(
                    Expected(name, values, scale), Of(loss, Matrix(values), Labels).item<double>(), 7);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Forward_Gradient_EqualsFiniteDifference(string name)
    {
        using var scope = torch.NewDisposeScope();
        using var loss = Create(name);
        FiniteDifference.AssertGradient(Embeddings(5), [Labels.Length, Columns], x => Of(loss, x, Labels));

        var values = Embeddings(6);
        var gradient = torch.autograd.grad([Of(loss, Matrix(values), Labels)], [loss.CosineScale])[0].item<double>();
        var slope = (Expected(name, values, 10 + 1e-5) - Expected(name, values, 10 - 1e-5)) / 2e-5;
        Assert.Equal(slope, gradient, 6);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Forward_NoSpeakerToCompare_IsZero(string name)
    {
        using var loss = Create(name);
        AssertNothing(loss, [1, 2, 3]);
        AssertNothing(loss, [4, 4, 4]);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Forward_LengthOfEmbeddings_DoesNotCount(string name)
    {
        using var scope = torch.NewDisposeScope();
        using var loss = Create(name);
        var values = Embeddings(8);
        var longer = values.Select((value, i) => value * (1 + (i / Columns))).ToArray();
        Assert.Equal(
            Of(loss, Matrix(values), Labels).item<double>(), Of(loss, Matrix(longer), Labels).item<double>(), 9);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Forward_ScaleBelowZero_IsHeldAboveIt(string name)
    {
        using var scope = torch.NewDisposeScope();
        using var loss = Create(name);
        SetScale(loss, -5);
        var speakers = name == "ge2e" ? 4 : 3;
        Assert.Equal(Math.Log(speakers), Of(loss, Matrix(Embeddings(1)), Labels).item<double>(), 5);
        Assert.Equal(["scale"], loss.named_parameters().Select(p => p.name));
    }

    private static CentroidSoftmax Create(string name) =>
        (name == "ge2e" ? (CentroidSoftmax)new GeneralizedEndToEndLoss() : new AngularPrototypicalLoss())
        .to(torch.ScalarType.Float64);

    private static void SetScale(CentroidSoftmax loss, double scale)
    {
        using var noGradient = torch.no_grad();
        loss.CosineScale.FillInPlace(scale);
    }

    private static double Expected(string name, double[] values, double scale)
    {
        var rows = Enumerable.Range(0, Labels.Length).ToArray();
        List<double> terms = [];
        if (name == "ge2e")
        {
            var speakers = Labels.Distinct().ToArray();
            foreach (var i in rows.Where(i => Labels.Count(l => l == Labels[i]) > 1))
            {
                var logits = speakers.Select(k => scale * Cosine(
                    Row(values, i), Centre(values, rows.Where(j => Labels[j] == k && j != i)))).ToArray();
                terms.Add(CrossEntropy(logits, Array.IndexOf(speakers, Labels[i])));
            }
        }
        else
        {
            var speakers = Labels.Distinct().Where(l => Labels.Count(x => x == l) > 1).ToArray();
            for (var j = 0; j < speakers.Length; j++)
            {
                var query = Array.LastIndexOf(Labels, speakers[j]);
                var logits = speakers.Select(k => scale * Cosine(
                    Row(values, query),
                    Centre(values, rows.Where(r => Labels[r] == k && r != Array.LastIndexOf(Labels, k))))).ToArray();
                terms.Add(CrossEntropy(logits, j));
            }
        }

        return terms.Average();
    }
}
