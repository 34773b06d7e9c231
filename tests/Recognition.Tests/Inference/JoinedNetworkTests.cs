using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Options;
using Speaker.Inference;
using Speaker.Models;

namespace Speaker.Tests.Inference;

public class JoinedNetworkTests
{
    private static readonly EncoderSpecification Joined = RandomEncoder.SmallJoined;

    [Fact]
    public void Embed_AnyLength_IsTheLinearLayerOverWhatThePartsGive()
    {
        var weights = RandomEncoder.Weights(Joined);
        var network = new EncoderNetwork(Joined, weights, "test");
        var parts = Joined.Parts!.Select((part, i) => new EncoderNetwork(
            part,
            weights.Where(pair => pair.Key.StartsWith($"branches.0.parts.{i}.", StringComparison.Ordinal))
                .ToDictionary(pair => pair.Key[$"branches.0.parts.{i}.".Length..], pair => pair.Value),
            "test")).ToArray();
        var (matrix, offset) = (Values(weights["branches.0.join.weight"]), Values(weights["branches.0.join.bias"]));
        foreach (var frames in new[] { 1, 9, 64, 150 })
        {
            var features = RandomEncoder.Features(frames, frames, Joined.Coefficients);
            float[] ends = [.. parts.SelectMany(part => part.Embed(features.Values, frames))];
            var expected = Enumerable.Range(0, Joined.Dimension).Select(o =>
                offset[o] + Enumerable.Range(0, ends.Length).Sum(i => (double)matrix[(o * ends.Length) + i] * ends[i]))
                .ToArray();
            var length = TensorPrimitives.Norm<double>(expected);

            var found = network.Embed(features.Values, frames);

            for (var i = 0; i < found.Length; i++)
            {
                Assert.Equal(expected[i] / length, found[i], 1e-5);
            }

            Assert.Equal(found, network.Embed(features.Values, frames, threads: 3));
        }
    }

    [Fact]
    public void Create_PartsThatDoNotFit_SaysWhich()
    {
        AssertInvalid(Joined with { Parts = null }, "Parts = 0 encoders");
        AssertInvalid(Joined with { Parts = [RandomEncoder.SmallResNet] }, "Parts = 1 encoder");
        AssertInvalid(Joined with { Branches = 2 }, "Branches = 2");
        AssertInvalid(Joined with { Parts = [Joined, RandomEncoder.SmallResNet] }, "not joined themselves");
        AssertInvalid(Joined with { Parts = [RandomEncoder.Small, RandomEncoder.SmallResNet] }, "6 coefficients");
        AssertInvalid(
            Joined with { Parts = [RandomEncoder.SmallResNet with { Width = 0 }, RandomEncoder.SmallResNet] }, "Width = 0");
        AssertInvalid(RandomEncoder.SmallResNet with { Parts = Joined.Parts }, "none but in a joined encoder");
        Assert.NotEqual(Joined, Joined with { Parts = [.. Joined.Parts!.Reverse()] });
        Assert.Equal(Joined, Joined with { Parts = [.. Joined.Parts!] });

        static void AssertInvalid(EncoderSpecification specification, string words) => Assert.Contains(
            words, Assert.Throws<OptionsValidationException>(specification.Validate).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Create_APartLacksATensor_NamesItWhole()
    {
        var weights = RandomEncoder.Weights(Joined);
        weights.Remove("branches.0.parts.1.branches.0.stem.bias");

        var message = Assert.Throws<ModelException>(() => new EncoderNetwork(Joined, weights, "test")).Message;

        Assert.Contains("'branches.0.parts.1.branches.0.stem.bias'", message, StringComparison.Ordinal);
    }

    private static float[] Values(StoredTensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.Bytes.Span).ToArray();
}
