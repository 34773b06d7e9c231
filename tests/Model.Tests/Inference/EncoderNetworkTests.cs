using System.Numerics.Tensors;
using Speaker.Audio.Features;
using Speaker.Inference;
using Speaker.Models;
using Speaker.Training.Network;
using Speaker.Training.Tests.Network;
using TorchSharp;

namespace Speaker.Training.Tests.Inference;

/// <summary>What is trained and what the product runs are written apart: they must compute the same.</summary>
public class EncoderNetworkTests
{
    private static readonly int[] Lengths = [1, 2, 7, 100, 225, 240, 241, 1000];

    public static TheoryData<int> Specifications => [.. EncoderSpecifications.Numbers.Select(number => (int)number[0])];

    [Theory]
    [MemberData(nameof(Specifications))]
    public void Embed_AnySpecificationAndLength_EqualsTheTrainedNetwork(int number)
    {
        var specification = EncoderSpecifications.Get(number);
        using var trained = EncoderFixtures.Create(specification, number);
        Compare(trained, new EncoderNetwork(specification, TensorFile.Store(trained.state_dict()), "test"));
    }

    [Theory]
    [InlineData("accurate")]
    [InlineData("fast")]
    public void Embed_ModelThatShips_EqualsTheTrainedNetwork(string name)
    {
        var path = Path.Combine(Repository(), "models", name + ".safetensors");
        var specification = ModelFiles.ReadCard(path).Encoder;
        using var trained = new Encoder(specification);
        TensorFile.ReadInto(path, trained.state_dict());
        trained.eval();
        Compare(trained, new EncoderNetwork(specification, Safetensors.Read(path), path));
    }

    private static void Compare(Encoder trained, EncoderNetwork network)
    {
        using var scope = torch.NewDisposeScope();
        using var noGradients = torch.no_grad();
        foreach (var frames in Lengths)
        {
            var features = RandomEncoder.Features(frames, frames, trained.Specification.Coefficients);
            FrontEnd.Normalise(features, FeatureNormalisation.Mean);
            var expected = trained.call(EncoderFixtures.ToTensor(features), torch.tensor(new[] { (long)frames }))
                .data<float>().ToArray();

            var found = network.Embed(features.Values, frames);

            Assert.Equal(expected.Length, found.Length);
            if (trained.Specification.Architecture != EncoderArchitecture.Tdnn)
            {
                // A ResNet's kernels are kept in 16 bits.
                Assert.InRange(TensorPrimitives.CosineSimilarity<float>(expected, found), 0.99999f, 1.00001f);
                continue;
            }

            for (var i = 0; i < expected.Length; i++)
            {
                Assert.Equal(expected[i], found[i], 1e-5f);
            }
        }
    }

    private static string Repository()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Speaker.sln")))
        {
            folder = Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(folder))!;
        }

        return folder;
    }
}
