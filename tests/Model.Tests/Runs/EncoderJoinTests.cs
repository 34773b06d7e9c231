using System.Numerics.Tensors;
using Speaker.Inference;
using Speaker.Models;
using Speaker.Training.Network;
using Speaker.Training.Runs;

namespace Speaker.Training.Tests.Runs;

public sealed class EncoderJoinTests : IDisposable
{
    private static readonly EncoderSpecification First = RandomEncoder.SmallResNet with { Coefficients = 6, Dimension = 4 };
    private static readonly EncoderSpecification Second = RandomEncoder.Small with { Dimension = 3 };
    private static readonly double[] Weights = [2, 0.5];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>With as many directions as there are, nothing is lost: the embedding has the weighted cosines of what the
    /// parts give, less the mean.</summary>
    [Fact]
    public void ReadInto_AllDirections_GivesTheWeightedCosinesLessTheMean()
    {
        var (network, parts) = Join(dimension: 7, recordings: 60);
        var ends = Enumerable.Range(0, 60).Select(i => Ends(parts, i)).ToArray();
        var mean = Enumerable.Range(0, 7).Select(k => ends.Average(end => end[k])).ToArray();
        for (var i = 1; i < 10; i++)
        {
            Assert.Equal(Cosine(Centred(ends[0]), Centred(ends[i])), Cosine(Embed(network, 0), Embed(network, i)), 1e-4);
        }

        double[] Centred(double[] end) => [.. end.Zip(mean, (value, of) => value - of)];
    }

    [Fact]
    public void ReadInto_FewerDirections_KeepsTheOnesThatDifferMost()
    {
        var (all, _) = Join(dimension: 7, recordings: 60);
        var (few, _) = Join(dimension: 6, recordings: 60);
        // Of seven directions, those in which embeddings differ least come first.
        var rows = Enumerable.Range(0, 41).Select(i => Embed(all, i)).ToArray();
        var errors = Enumerable.Range(0, 7).Select(gone => Enumerable.Range(1, 40).Average(i => Math.Abs(
            Cosine(rows[0], rows[i]) - Cosine(Without(rows[0], gone), Without(rows[i], gone))))).ToArray();
        Assert.Equal(errors.Min(), errors[0]);
        for (var i = 1; i < rows.Length; i++)
        {
            Assert.Equal(
                Cosine(Without(rows[0], 0), Without(rows[i], 0)), Cosine(Embed(few, 0), Embed(few, i)), 1e-4);
        }

        static float[] Without(float[] row, int gone) => [.. row.Where((_, k) => k != gone)];
    }

    [Fact]
    public void ReadInto_TooFewRecordings_SaysHowManyAreNeeded()
    {
        var message = Assert.Throws<ModelException>(() => Join(dimension: 5, recordings: 7)).Message;

        Assert.Contains("7 recordings with speech are too few", message, StringComparison.Ordinal);
        Assert.Contains("more than 7 are needed", message, StringComparison.Ordinal);
    }

    private (EncoderNetwork Network, EncoderNetwork[] Parts) Join(int dimension, int recordings)
    {
        string[] models =
        [
            RandomEncoder.Save(_folder.File("first.safetensors"), RandomEncoder.Card(First)),
            RandomEncoder.Save(_folder.File("second.safetensors"), RandomEncoder.Card(Second)),
        ];
        EncoderNetwork[] parts =
        [
            .. models.Select(model => new EncoderNetwork(ModelFiles.ReadCard(model).Encoder, Safetensors.Read(model), model)),
        ];
        var specification = RandomEncoder.SmallJoined with
        {
            Coefficients = 6, Dimension = dimension, Parts = [First, Second],
        };
        using var encoder = new Encoder(specification);

        EncoderJoin.ReadInto(
            models,
            [.. parts.Select(part => Enumerable.Range(0, recordings).SelectMany(i => Embed(part, i)).ToArray())],
            Weights, encoder);

        return (new EncoderNetwork(specification, encoder.Store(), "joined"), parts);
    }

    private static double[] Ends(EncoderNetwork[] parts, int recording) =>
    [
        .. parts.SelectMany((part, i) => Embed(part, recording).Select(value => value * Math.Sqrt(Weights[i]))),
    ];

    private static float[] Embed(EncoderNetwork network, int recording) =>
        network.Embed(RandomEncoder.Features(recording, 20, 6).Values, 20);

    private static double Cosine<T>(T[] a, T[] b)
        where T : System.Numerics.IRootFunctions<T> =>
        double.CreateChecked(TensorPrimitives.CosineSimilarity<T>(a, b));
}
