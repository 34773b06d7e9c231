using Speaker.Inference;
using Speaker.Models;
using Speaker.Training.Network;
using Speaker.Training.Runs;
using TorchSharp;

namespace Speaker.Training.Tests.Network;

/// <summary>The weights that other test projects make without the tensor library are those of this network.</summary>
public sealed class RandomEncoderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Weights_AreTheStateOfTheNetwork(int branches)
    {
        using var scope = torch.NewDisposeScope();
        using var encoder = new Encoder(RandomEncoder.Small with { Branches = branches });

        var weights = RandomEncoder.Weights(encoder.Specification);

        var state = TensorFile.Store(ModuleState.Of(encoder));
        Assert.Equal(state.Keys.Order(StringComparer.Ordinal), weights.Keys.Order(StringComparer.Ordinal));
        Assert.All(state, tensor =>
        {
            Assert.Equal(tensor.Value.Type, weights[tensor.Key].Type);
            Assert.Equal(tensor.Value.Shape, weights[tensor.Key].Shape);
            Assert.Equal(tensor.Value.Bytes.Length, weights[tensor.Key].Bytes.Length);
        });
    }

    [Fact]
    public void Embed_SavedModel_EqualsTheNetworkOnNormalisedFeatures()
    {
        using var scope = torch.NewDisposeScope();
        using var noGradients = torch.no_grad();
        var path = RandomEncoder.Save(_folder.File("m.safetensors"), RandomEncoder.Card(RandomEncoder.Small));
        using var network = new Encoder(RandomEncoder.Small);
        TensorFile.ReadInto(path, ModuleState.Of(network));
        network.eval();
        var raw = RandomEncoder.Features(1, 40, 6);
        var copy = raw.Slice(0, raw.Frames);

        var embedding = VoiceEncoder.Load(path).Embed(raw);

        Assert.Equal(copy.Values, raw.Values);
        for (var c = 0; c < 6; c++)
        {
            var mean = Enumerable.Range(0, 40).Average(t => (double)raw.Row(t)[c]);
            for (var t = 0; t < 40; t++)
            {
                copy.Row(t)[c] -= (float)mean;
            }
        }

        var direct = network.call(EncoderFixtures.ToTensor(copy), torch.tensor(new[] { 40L })).data<float>().ToArray();
        for (var i = 0; i < direct.Length; i++)
        {
            Assert.Equal(direct[i], embedding[i], 1e-5f);
        }
    }
}
