using System.Runtime.InteropServices;
using Microsoft.Extensions.Options;
using Speaker.Inference;
using Speaker.Models;

namespace Speaker.Tests.Inference;

public class EncoderNetworkTests
{
    /// <summary>Around a frame, a tile of the blocks at each stride, and several tiles.</summary>
    private static readonly int[] Lengths = [1, 2, 3, 17, 120, 121, 239, 240, 241, 480, 481];

    public static TheoryData<int> Specifications => [.. EncoderSpecifications.Numbers.Select(number => (int)number[0])];

    [Theory]
    [MemberData(nameof(Specifications))]
    public void Embed_AnySpecificationAndLength_EqualsLoopsInDoublePrecision(int number)
    {
        var specification = EncoderSpecifications.Get(number);
        var weights = RandomEncoder.Weights(specification, number);
        var network = new EncoderNetwork(specification, weights, "test");
        var naive = new NaiveEncoder(specification, weights);
        // The default network is slow in loops.
        foreach (var frames in number == 0 ? [1, 241] : Lengths)
        {
            var features = RandomEncoder.Features(frames, frames, specification.Coefficients);
            AssertClose(naive.Embed(features), network.Embed(features.Values, frames));
        }
    }

    [Fact]
    public void Embed_SeventeenMinutes_EqualsLoopsInDoublePrecision()
    {
        const int frames = 100_000;
        var weights = RandomEncoder.Weights(RandomEncoder.Small);
        var features = RandomEncoder.Features(1, frames, RandomEncoder.Small.Coefficients);

        var embedding = new EncoderNetwork(RandomEncoder.Small, weights, "test").Embed(features.Values, frames);

        AssertClose(new NaiveEncoder(RandomEncoder.Small, weights).Embed(features), embedding);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(240)]
    [InlineData(241)]
    [InlineData(1501)]
    public void Embed_AnyNumberOfThreads_GivesTheSameBits(int frames)
    {
        foreach (var branches in new[] { 1, 3 })
        {
            var specification = RandomEncoder.Small with { Branches = branches };
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
        var network = new EncoderNetwork(RandomEncoder.Small, RandomEncoder.Weights(RandomEncoder.Small), "test");
        var utterances = Enumerable.Range(0, 64)
            .Select(i => RandomEncoder.Features(i, 1 + (i * 37 % 700), RandomEncoder.Small.Coefficients)).ToArray();
        // Each from a network that holds no memory of another length.
        var weights = RandomEncoder.Weights(RandomEncoder.Small);
        var expected = utterances.Select(utterance => new EncoderNetwork(RandomEncoder.Small, weights, "test")
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
        const int calls = 50;
        var network = new EncoderNetwork(RandomEncoder.Small, RandomEncoder.Weights(RandomEncoder.Small), "test");
        var features = RandomEncoder.Features(3, 700, RandomEncoder.Small.Coefficients).Values;

        var embedded = Allocations.Of(() =>
        {
            for (var call = 0; call < calls; call++)
            {
                var frames = 700 - (call * 10);
                network.Embed(features.AsSpan(0, frames * RandomEncoder.Small.Coefficients), frames);
            }
        });
        var results = Allocations.Of(() =>
        {
            for (var call = 0; call < calls; call++)
            {
                GC.KeepAlive(new float[RandomEncoder.Small.Dimension]);
            }
        });

        Assert.Equal(results, embedded);
    }

    [Theory]
    [InlineData("DOTNET_EnableAVX512", 8)]
    [InlineData("DOTNET_EnableAVX2", 4)]
    [InlineData("DOTNET_EnableHWIntrinsic", 1)]
    public void Embed_OtherInstructions_GivesTheSameBits(string variable, int most)
    {
        using var folder = new TemporaryFolder();

        var (there, lanes) = EncoderProcess.Run(variable, folder.File("embeddings"));

        Assert.InRange(lanes, 1, most);
        AssertSameBits(EncoderProcess.Embeddings(), there);
    }

    [Fact]
    public void Constructor_WeightsOfAnotherNetwork_SaysWhich()
    {
        Assert.Contains("lacks the tensor 'branches.0.entry.weight'", Fault(w => w.Remove("branches.0.entry.weight")));
        Assert.Contains("lacks the tensor 'branches.1.", Fault(
            _ => { }, RandomEncoder.Small with { Branches = 2, Dimension = 24 }));
        Assert.Contains("tensor 'branches.0.blocks.1.dilated.weight' of test is", Fault(
            w => w["branches.0.blocks.1.dilated.weight"] = w["branches.0.entry.weight"]));
        Assert.Contains("the network needs Float32 [8, 8, 3]", Fault(
            w => w["branches.0.blocks.1.dilated.weight"] = w["branches.0.entry.weight"]));
        Assert.Contains("is Float64 [8]", Fault(
            w => w["branches.0.entryNorm.bias"] = w["branches.0.entryNorm.bias"] with { Type = TensorType.Float64 }));
        Assert.Contains("has a tensor 'more' that the network lacks", Fault(
            w => w["more"] = w["branches.0.entry.weight"]));
        Assert.Contains("EntryKernel", Fault(_ => { }, RandomEncoder.Small with { EntryKernel = 2 }));
    }

    [Fact]
    public void Embed_FeaturesThatDoNotFit_Throws()
    {
        var network = new EncoderNetwork(RandomEncoder.Small, RandomEncoder.Weights(RandomEncoder.Small), "test");
        Assert.Throws<ModelException>(() => network.Embed([], 0));
        Assert.Throws<ModelException>(() => network.Embed(new float[7], 1));
        Assert.Throws<ModelException>(() => network.Embed(new float[6], 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => network.Embed(new float[6], 1, threads: 0));
    }

    [Theory]
    [InlineData("branches.0.entry.weight", 7)]
    [InlineData("branches.0.blocks.1.excitation.excite.bias", 3)]
    [InlineData("branches.0.pooling.score.weight", 11)]
    [InlineData("branches.0.pooling.frame.weight", 0)]
    [InlineData("branches.0.projectionNorm.running_mean", 2)]
    public void Embed_WeightIsNotANumber_SaysThatTheyAreDamaged(string name, int index)
    {
        var weights = RandomEncoder.Weights(RandomEncoder.Small);
        var values = weights[name].Bytes.ToArray();
        MemoryMarshal.Cast<byte, float>(values.AsSpan())[index] = float.NaN;
        weights[name] = weights[name] with { Bytes = values };
        var network = new EncoderNetwork(RandomEncoder.Small, weights, "test");

        var error = Assert.Throws<ModelException>(() => network.Embed(RandomEncoder.Features(1, 30, 6).Values, 30));

        Assert.Contains("damaged", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Embed_FeatureIsNotFinite_SaysThatItIs(float feature)
    {
        var network = new EncoderNetwork(RandomEncoder.Small, RandomEncoder.Weights(RandomEncoder.Small), "test");
        var features = RandomEncoder.Features(1, 30, 6).Values;
        features[100] = feature;

        var error = Assert.Throws<ModelException>(() => network.Embed(features, 30));

        Assert.Contains($"a feature that is {feature}", error.Message, StringComparison.Ordinal);
    }

    private static string Fault(
        Action<Dictionary<string, StoredTensor>> change, EncoderSpecification? specification = null)
    {
        var weights = RandomEncoder.Weights(RandomEncoder.Small);
        change(weights);
        return Assert.ThrowsAny<Exception>(
            () => new EncoderNetwork(specification ?? RandomEncoder.Small, weights, "test")).Message;
    }

    private static void AssertClose(double[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], actual[i], 1e-5);
        }
    }

    private static void AssertSameBits(float[] expected, float[] actual) => Assert.Equal(
        MemoryMarshal.Cast<float, int>(expected).ToArray(), MemoryMarshal.Cast<float, int>(actual).ToArray());
}
