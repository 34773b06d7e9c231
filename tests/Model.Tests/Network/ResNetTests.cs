using System.Numerics.Tensors;
using Speaker.Audio.Features;
using Speaker.Inference;
using Speaker.Models;
using Speaker.Training.Network;
using Speaker.Training.Tensors;
using TorchSharp;

namespace Speaker.Training.Tests.Network;

/// <summary>The ResNet under training, and that what the product runs computes the same.</summary>
public class ResNetTests
{
    /// <summary>Without libtorch the kernels are kept in 16 bits.</summary>
    private static void AssertSameDirection(float[] expected, float[] found) =>
        Assert.InRange(TensorPrimitives.CosineSimilarity<float>(expected, found), 0.99999f, 1.00001f);

    private static readonly EncoderSpecification[] Specifications =
    [
        RandomEncoder.SmallResNet,
        RandomEncoder.SmallResNet with { Coefficients = 16, Width = 8, StageBlocks = [2, 1, 1], Branches = 2 },
        RandomEncoder.SmallResNet with { Coefficients = 20, Width = 24, StageBlocks = [1, 1, 1, 1] },
        EncoderSpecification.ResNet34,
        RandomEncoder.SmallJoined,
    ];

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Embed_AnySpecificationAndLength_EqualsTheTrainedNetwork(int number)
    {
        using var scope = torch.NewDisposeScope();
        using var noGradients = torch.no_grad();
        var specification = Specifications[number];
        var weights = RandomEncoder.Weights(specification, number + 1);
        using var trained = Load(specification, weights);
        var network = new EncoderNetwork(specification, weights, "test");
        foreach (var frames in number == 3 ? [1, 101] : new[] { 1, 2, 3, 7, 8, 9, 16, 31, 64, 125 })
        {
            var features = Features(frames, specification);
            var expected = trained.call(EncoderFixtures.ToTensor(features), torch.tensor(new[] { (long)frames }))
                .data<float>().ToArray();

            var found = network.Embed(features.Values, frames);

            AssertSameDirection(expected, found);
        }
    }

    [Fact]
    public void Forward_UtterancesOfSeveralLengths_GivesWhatEachGivesAlone()
    {
        using var scope = torch.NewDisposeScope();
        using var noGradients = torch.no_grad();
        var specification = RandomEncoder.SmallResNet;
        using var encoder = Load(specification, RandomEncoder.Weights(specification));
        long[] lengths = [9, 30, 1, 17];
        var batch = torch.ones([lengths.Length, 30, specification.Coefficients]).Times(7);
        var alone = new List<float[]>();
        for (var i = 0; i < lengths.Length; i++)
        {
            var features = EncoderFixtures.ToTensor(Features((int)lengths[i], specification));
            batch[i].narrow(0, 0, lengths[i]).copy_(features[0]);
            alone.Add(encoder.call(features, torch.tensor(new[] { lengths[i] })).data<float>().ToArray());
        }

        var together = encoder.call(batch, torch.tensor(lengths));

        for (var i = 0; i < lengths.Length; i++)
        {
            var row = together[i].data<float>().ToArray();
            for (var d = 0; d < row.Length; d++)
            {
                Assert.Equal(alone[i][d], row[d], 1e-5f);
            }
        }
    }

    [Fact]
    public void Backward_OfABatch_ReachesEveryParameter()
    {
        using var scope = torch.NewDisposeScope();
        using var encoder = new Encoder(RandomEncoder.SmallResNet with { StageBlocks = [1, 1, 1] });
        encoder.train();
        var features = torch.randn([4, 24, encoder.Specification.Coefficients]);

        encoder.call(features, torch.tensor(new long[] { 24, 24, 24, 24 })).narrow(1, 0, 1).sum().backward();

        foreach (var (name, parameter) in encoder.named_parameters())
        {
            var gradient = parameter.grad;
            Assert.True(gradient is not null && gradient.abs().sum().item<float>() > 0, name);
        }
    }

    [Fact]
    public void Store_OfANetworkThatIsNormalised_IsTheSameNetworkWithout()
    {
        using var scope = torch.NewDisposeScope();
        using var noGradients = torch.no_grad();
        var specification = RandomEncoder.SmallResNet with { StageBlocks = [1, 2], Branches = 2 };
        using var encoder = new Encoder(specification, normalised: true);
        encoder.train();
        for (var step = 0; step < 20; step++)
        {
            // Moves the running means and variances away from 0 and 1.
            encoder.call(
                torch.randn([4, 24, specification.Coefficients]).Times(3).Plus(1),
                torch.tensor(new long[] { 24, 24, 24, 24 }));
        }

        encoder.eval();
        var features = Features(40, specification);
        var expected = encoder.call(EncoderFixtures.ToTensor(features), torch.tensor(new[] { 40L }))
            .data<float>().ToArray();
        var stored = encoder.Store();

        var found = new EncoderNetwork(specification, stored, "test").Embed(features.Values, 40);

        Assert.DoesNotContain(stored.Keys, name => name.Contains("norm", StringComparison.Ordinal));
        AssertSameDirection(expected, found);

        using var another = encoder.Another();
        Assert.Equal(
            encoder.state_dict().Keys.Order(StringComparer.Ordinal),
            another.state_dict().Keys.Order(StringComparer.Ordinal));
    }

    private static Encoder Load(EncoderSpecification specification, Dictionary<string, StoredTensor> weights)
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("m.safetensors");
        ModelFiles.Save(path, weights, RandomEncoder.Card(specification));
        var encoder = new Encoder(specification);
        TensorFile.ReadInto(path, encoder.state_dict());
        encoder.eval();
        return encoder;
    }

    private static FeatureMatrix Features(int frames, EncoderSpecification specification)
    {
        var features = RandomEncoder.Features(frames, frames, specification.Coefficients);
        FrontEnd.Normalise(features, FeatureNormalisation.Mean);
        return features;
    }
}
