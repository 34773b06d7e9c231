using Microsoft.Extensions.Options;
using Speaker.Audio.Features;
using Speaker.Models;
using Speaker.Training.Network;
using Speaker.Training.Tensors;
using TorchSharp;

namespace Speaker.Training.Tests.Network;

public class EncoderTests
{
    private static readonly Dictionary<string, EncoderSpecification> Specifications = new()
    {
        ["small"] = RandomEncoder.Small,
        ["one block, no stride"] = RandomEncoder.Small with { EntryStride = 1, EntryKernel = 1, Dilations = [2] },
        ["three blocks, stride 3"] = RandomEncoder.Small with
        {
            EntryStride = 3, EntryKernel = 7, Dilations = [1, 2, 4],
        },
        ["three branches"] = RandomEncoder.Small with { Branches = 3 },
        ["the default"] = new EncoderSpecification(),
    };

    public static TheoryData<string> SpecificationNames => [.. Specifications.Keys];

    [Theory]
    [MemberData(nameof(SpecificationNames))]
    public void Forward_OneUtterance_EqualsLoopsInDoublePrecision(string name)
    {
        var specification = Specifications[name];
        using var scope = torch.NewDisposeScope();
        using var noGradients = torch.no_grad();
        using var encoder = EncoderFixtures.Create(specification);
        var naive = new NaiveEncoder(specification, TensorFile.Store(encoder.state_dict()));
        foreach (var frames in new[] { 1, 2, 3, 17 })
        {
            var features = RandomEncoder.Features(frames, frames, specification.Coefficients);
            AssertClose(naive.Embed(features), Single(encoder, features), 2e-5);
        }
    }

    [Theory]
    [MemberData(nameof(SpecificationNames))]
    public void Forward_BatchOfMixedLengths_EqualsSingle(string name)
    {
        var specification = Specifications[name];
        using var scope = torch.NewDisposeScope();
        using var noGradients = torch.no_grad();
        using var encoder = EncoderFixtures.Create(specification);
        int[] lengths = [50, 1, 2, 49, 33, 7, 50, 4];
        var utterances = lengths
            .Select((length, i) => RandomEncoder.Features(i, length, specification.Coefficients)).ToArray();
        // What stands in the padding must not matter.
        var padded = torch.randn([lengths.Length, 50, specification.Coefficients]).Times(100);
        for (var i = 0; i < lengths.Length; i++)
        {
            padded.narrow(0, i, 1).narrow(1, 0, lengths[i]).copy_(EncoderFixtures.ToTensor(utterances[i]));
        }

        var batch = encoder.call(padded, torch.tensor(Array.ConvertAll(lengths, l => (long)l))).data<float>().ToArray();
        for (var i = 0; i < lengths.Length; i++)
        {
            AssertClose(
                Single(encoder, utterances[i]),
                batch.AsSpan(i * specification.Dimension, specification.Dimension).ToArray(), 1e-5);
        }
    }

    [Fact]
    public void Forward_AnyInput_HasUnitLength()
    {
        using var scope = torch.NewDisposeScope();
        using var noGradients = torch.no_grad();
        using var encoder = EncoderFixtures.Create(RandomEncoder.Small);
        foreach (var scale in new[] { 0f, 1e-6f, 1, 1e4f })
        {
            var embedding = encoder.call(torch.randn([1, 20, 6]).Times(scale), torch.tensor(new[] { 20L }));
            Assert.Equal(1, (embedding * embedding).sum().item<float>(), 1e-5f);
        }
    }

    [Fact]
    public void Forward_Training_EveryParameterGetsAGradient()
    {
        foreach (var inBFloat16 in new[] { false, true })
        {
            using var scope = torch.NewDisposeScope();
            using var encoder = EncoderFixtures.Create(RandomEncoder.Small);
            encoder.train();
            encoder.TrainsInBFloat16 = inBFloat16;
            var names = encoder.named_parameters().Select(p => p.name).ToArray();
            var parameters = encoder.parameters().Cast<torch.Tensor>().ToArray();
            var loss = (TrainingForward(encoder) * torch.randn(new long[] { 8, 12 })).sum();
            var gradients = torch.autograd.grad([loss], parameters);
            for (var i = 0; i < parameters.Length; i++)
            {
                Assert.Equal(torch.ScalarType.Float32, gradients[i].dtype);
                var values = gradients[i].contiguous().data<float>().ToArray();
                Assert.All(values, v => Assert.True(float.IsFinite(v)));
                Assert.True(values.Any(v => v != 0), $"{names[i]} gets no gradient");
            }
        }
    }

    [Fact]
    public void TrainsInBFloat16_Forward_IsCloseToFloat32AndInferenceIsUntouched()
    {
        using var scope = torch.NewDisposeScope();
        using var noGradients = torch.no_grad();
        using var encoder = EncoderFixtures.Create(RandomEncoder.Small);
        var features = RandomEncoder.Features(1, 40, 6);
        var before = Single(encoder, features);
        encoder.TrainsInBFloat16 = true;
        Assert.Equal(before, Single(encoder, features));

        encoder.train();
        var inBFloat16 = TrainingForward(encoder).data<float>().ToArray();
        encoder.TrainsInBFloat16 = false;
        var inFloat32 = TrainingForward(encoder).data<float>().ToArray();
        Assert.NotEqual(inFloat32, inBFloat16);
        AssertClose(Array.ConvertAll(inFloat32, v => (double)v), inBFloat16, 0.1);
    }

    [Fact]
    public void Forward_TrainingBatchWithPadding_Refuses()
    {
        using var scope = torch.NewDisposeScope();
        using var encoder = EncoderFixtures.Create(RandomEncoder.Small);
        encoder.train();
        var error = Assert.Throws<ModelException>(
            () => encoder.call(torch.zeros(new long[] { 2, 20, 6 }), torch.tensor(new[] { 20L, 19 })));
        Assert.Contains("19 to 20", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Forward_ShapesOrLengthsThatDoNotFit_Refuses()
    {
        using var scope = torch.NewDisposeScope();
        using var encoder = EncoderFixtures.Create(RandomEncoder.Small);
        var twenty = torch.tensor(new[] { 20L });
        Assert.Throws<ModelException>(() => encoder.call(torch.zeros(new long[] { 1, 20, 7 }), twenty));
        Assert.Throws<ModelException>(() => encoder.call(torch.zeros(new long[] { 20, 6 }), twenty));
        Assert.Throws<ModelException>(() => encoder.call(torch.zeros(new long[] { 2, 20, 6 }), twenty));
        Assert.Throws<ModelException>(() => encoder.call(torch.zeros(new long[] { 1, 19, 6 }), twenty));
        Assert.Throws<ModelException>(() => encoder.call(torch.zeros(new long[] { 1, 20, 6 }), torch.tensor(new[] { 0L })));
    }

    [Fact]
    public void Constructor_EqualSeeds_GivesEqualWeights()
    {
        using var scope = torch.NewDisposeScope();
        using var first = EncoderFixtures.Create(RandomEncoder.Small, 5);
        using var second = EncoderFixtures.Create(RandomEncoder.Small, 5);
        using var other = EncoderFixtures.Create(RandomEncoder.Small, 6);
        var features = RandomEncoder.Features(1, 40, 6);
        Assert.Equal(Single(first, features), Single(second, features));
        Assert.NotEqual(Single(first, features), Single(other, features));
    }

    [Fact]
    public void Constructor_Defaults_HasBetween400ThousandAndAMillionParameters()
    {
        using var encoder = new Encoder(new EncoderSpecification());
        Assert.InRange(encoder.parameters().Sum(p => p.numel()), 400_000, 1_000_000);
    }

    [Fact]
    public void Constructor_SpecificationThatIsNotValid_Refuses() =>
        Assert.Throws<OptionsValidationException>(() => new Encoder(RandomEncoder.Small with { EntryKernel = 4 }));

    private static torch.Tensor TrainingForward(Encoder encoder)
    {
        torch.manual_seed(3);
        return encoder.call(torch.randn(new long[] { 8, 20, 6 }), torch.tensor(Enumerable.Repeat(20L, 8).ToArray()));
    }

    private static float[] Single(Encoder encoder, FeatureMatrix features) => encoder
        .call(EncoderFixtures.ToTensor(features), torch.tensor(new[] { (long)features.Frames })).data<float>().ToArray();

    private static void AssertClose(float[] expected, float[] actual, double tolerance) =>
        AssertClose(Array.ConvertAll(expected, v => (double)v), actual, tolerance);

    private static void AssertClose(double[] expected, float[] actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], actual[i], tolerance);
        }
    }
}
