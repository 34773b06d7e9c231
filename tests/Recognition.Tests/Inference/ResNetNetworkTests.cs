using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Options;
using Speaker.Inference;
using Speaker.Models;

namespace Speaker.Tests.Inference;

public class ResNetNetworkTests
{
    /// <summary>Below a tile, around tiles at every stride, and several parts of a map.</summary>
    private static readonly int[] Lengths = [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 33, 64, 150];

    private static readonly EncoderSpecification[] Specifications =
    [
        RandomEncoder.SmallResNet,
        RandomEncoder.SmallResNet with { Coefficients = 16, Width = 8, StageBlocks = [2, 1, 1], Branches = 2 },
        RandomEncoder.SmallResNet with { Coefficients = 1, Width = 20, StageBlocks = [1] },
        RandomEncoder.SmallResNet with { Coefficients = 3, Width = 128, StageBlocks = [1, 1] },
    ];

    public static TheoryData<int> Numbers => [.. Enumerable.Range(0, Specifications.Length)];

    [Theory]
    [MemberData(nameof(Numbers))]
    public void Embed_AnySpecificationAndLength_EqualsLoopsInDoublePrecision(int number)
    {
        var specification = Specifications[number];
        var weights = RandomEncoder.Weights(specification, number + 1);
        var network = new EncoderNetwork(specification, weights, "test");
        var naive = new NaiveResNet(specification, weights);
        // The wide one is slow in loops.
        foreach (var frames in specification.Width > 100 ? [1, 21] : Lengths)
        {
            var features = RandomEncoder.Features(frames, frames, specification.Coefficients);
            var expected = naive.Embed(features);

            var found = network.Embed(features.Values, frames);

            // The direction alone: kernels are kept in 16 bits.
            double[] direction = [.. found.Select(value => (double)value)];
            Assert.InRange(TensorPrimitives.CosineSimilarity<double>(expected, direction), 0.99999, 1.00001);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(130)]
    [InlineData(700)]
    public void Embed_AnyNumberOfThreads_GivesTheSameBits(int frames)
    {
        foreach (var specification in Specifications[..2])
        {
            var network = new EncoderNetwork(specification, RandomEncoder.Weights(specification), "test");
            var features = RandomEncoder.Features(2, frames, specification.Coefficients).Values;
            var alone = network.Embed(features, frames);
            foreach (var threads in new[] { 2, 3, 5 })
            {
                AssertSameBits(alone, network.Embed(features, frames, threads));
            }
        }
    }

    [Fact]
    public void Embed_ManyCallsAtOnceAndOfManyLengths_GivesTheSameBits()
    {
        var specification = RandomEncoder.SmallResNet;
        var weights = RandomEncoder.Weights(specification);
        var network = new EncoderNetwork(specification, weights, "test");
        var utterances = Enumerable.Range(0, 48)
            .Select(i => RandomEncoder.Features(i, 1 + (i * 37 % 300), specification.Coefficients)).ToArray();
        // Each from a network that holds no memory of another length.
        var expected = utterances.Select(utterance => new EncoderNetwork(specification, weights, "test")
            .Embed(utterance.Values, utterance.Frames));
        var found = new float[utterances.Length][];

        Parallel.For(0, utterances.Length, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
            found[i] = network.Embed(utterances[i].Values, utterances[i].Frames, threads: 1 + (i % 3)));

        foreach (var (one, other) in expected.Zip(found))
        {
            AssertSameBits(one, other);
        }
    }

    [Fact]
    public void Embed_AfterTheFirst_AllocatesTheResultAlone()
    {
        const int calls = 20;
        var specification = RandomEncoder.SmallResNet;
        var network = new EncoderNetwork(specification, RandomEncoder.Weights(specification), "test");
        var features = RandomEncoder.Features(3, 300, specification.Coefficients).Values;

        var embedded = Allocations.Of(() =>
        {
            for (var call = 0; call < calls; call++)
            {
                var frames = 300 - (call * 10);
                network.Embed(features.AsSpan(0, frames * specification.Coefficients), frames);
            }
        });
        var results = Allocations.Of(() =>
        {
            for (var call = 0; call < calls; call++)
            {
                GC.KeepAlive(new float[specification.Dimension]);
            }
        });

        Assert.Equal(results, embedded);
    }

    [Fact]
    public void Constructor_WeightsOfAnotherNetwork_SaysWhich()
    {
        Assert.Contains("lacks the tensor 'branches.0.stem.bias'", Fault(w => w.Remove("branches.0.stem.bias")));
        Assert.Contains("stages.1.0.shortcut.weight' of test is", Fault(
            w => w["branches.0.stages.1.0.shortcut.weight"] = w["branches.0.stem.weight"]));
        Assert.Contains("has a tensor 'more' that the network lacks", Fault(
            w => w["more"] = w["branches.0.stem.bias"]));
    }

    [Theory]
    [InlineData("branches.0.stem.weight", 7)]
    [InlineData("branches.0.stages.0.0.conv2.weight", 3)]
    [InlineData("branches.0.stages.1.0.shortcut.bias", 1)]
    [InlineData("branches.0.embedding.weight", 2)]
    public void Embed_WeightIsNotANumber_SaysThatTheyAreDamaged(string name, int index)
    {
        var weights = RandomEncoder.Weights(RandomEncoder.SmallResNet);
        var values = weights[name].Bytes.ToArray();
        MemoryMarshal.Cast<byte, float>(values.AsSpan())[index] = float.NaN;
        weights[name] = weights[name] with { Bytes = values };
        var network = new EncoderNetwork(RandomEncoder.SmallResNet, weights, "test");
        var features = RandomEncoder.Features(1, 30, RandomEncoder.SmallResNet.Coefficients);

        var error = Assert.Throws<ModelException>(() => network.Embed(features.Values, 30));

        Assert.Contains("damaged", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Validate_CardOfAResNet_NeedsAllCepstra()
    {
        var card = RandomEncoder.Card(RandomEncoder.SmallResNet);
        card.Validate();

        var fewer = Assert.Throws<ModelException>(
            (card with { FrontEnd = card.FrontEnd with { MelBands = 40 } }).Validate);

        Assert.Contains("all 40 cepstra", fewer.Message, StringComparison.Ordinal);
        Assert.Contains("StageBlocks", Assert.Throws<OptionsValidationException>(
            (RandomEncoder.SmallResNet with { StageBlocks = [] }).Validate).Message, StringComparison.Ordinal);
        Assert.NotEqual(RandomEncoder.SmallResNet, RandomEncoder.SmallResNet with { StageBlocks = [2, 1] });
        Assert.Equal(EncoderSpecification.ResNet34, EncoderSpecification.ResNet34 with { StageBlocks = [3, 4, 6, 3] });
    }

    private static string Fault(Action<Dictionary<string, StoredTensor>> change)
    {
        var weights = RandomEncoder.Weights(RandomEncoder.SmallResNet);
        change(weights);
        return Assert.Throws<ModelException>(
            () => new EncoderNetwork(RandomEncoder.SmallResNet, weights, "test")).Message;
    }

    private static void AssertSameBits(float[] expected, float[] actual) => Assert.Equal(
        MemoryMarshal.Cast<float, int>(expected).ToArray(), MemoryMarshal.Cast<float, int>(actual).ToArray());
}
