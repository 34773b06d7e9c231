using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Speaker.Inference;
using Speaker.Models;

namespace Speaker.Tests.Models;

public sealed class EightBitWeightsTests
{
    [Fact]
    public void Round_Matrix_IsTheNearestOf255StepsOfEachChannel()
    {
        float[] values = [1, -127, 0.4f, 0, 0, 0, 2.54f, 0.01f, -0.029f];
        var rounded = EightBitWeights.Round(new Dictionary<string, StoredTensor>
        {
            ["matrix"] = Floats([3, 3], values), ["vector"] = Floats([3], 1, 2, 3),
        });
        Assert.Equal(["matrix", "matrix.scale", "vector"], rounded.Keys.Order());
        Assert.Equal((TensorType.Int8, 3L), (rounded["matrix"].Type, rounded["matrix"].Shape[1]));
        Assert.Equal(
            [1, -127, 0, 0, 0, 0, 127, 0, -1], MemoryMarshal.Cast<byte, sbyte>(rounded["matrix"].Bytes.Span).ToArray());
        Assert.Equal(
            [1f, 0f, 2.54f / 127], MemoryMarshal.Cast<byte, float>(rounded["matrix.scale"].Bytes.Span).ToArray());
        Assert.Equal(TensorType.Float32, rounded["vector"].Type);

        var restored = new WeightReader(rounded, "x");
        var read = restored.Read("matrix", 3, 3).ToArray();
        for (var i = 0; i < values.Length; i++)
        {
            var scale = i < 3 ? 1 : 0.02f;
            Assert.InRange(read[i], values[i] - (scale / 2), values[i] + (scale / 2));
        }

        Assert.Equal([1f, 2, 3], restored.Read("vector", 3).ToArray());
        restored.RequireAllRead();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void Read_ScalesMissingOrOfAnotherNumber_SaysSo(int scales)
    {
        var tensors = EightBitWeights.Round(new Dictionary<string, StoredTensor> { ["m"] = Floats([3, 1], 1, 2, 3) })
            .ToDictionary(pair => pair.Key, pair => pair.Value);
        tensors.Remove("m.scale");
        if (scales > 0)
        {
            tensors.Add("m.scale", Floats([scales], new float[scales]));
        }

        var error = Assert.Throws<ModelException>(() => new WeightReader(tensors, "file").Read("m", 3, 1).Length);
        Assert.Contains("m.scale", error.Message, StringComparison.Ordinal);
        Assert.Contains("[3]", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Embed_RoundedNetwork_IsNearTheOther()
    {
        var specification = RandomEncoder.SmallResNet;
        var weights = RandomEncoder.Weights(specification, 3);
        var features = RandomEncoder.Features(1, 100, specification.Coefficients);
        var whole = new EncoderNetwork(specification, weights, "whole").Embed(features.Values, 100);
        var rounded = new EncoderNetwork(specification, EightBitWeights.Round(weights), "rounded")
            .Embed(features.Values, 100);
        Assert.InRange(TensorPrimitives.Dot<float>(whole, rounded), 0.999f, 0.999999f);
    }

    private static StoredTensor Floats(long[] shape, params float[] values) =>
        new(TensorType.Float32, shape, MemoryMarshal.AsBytes(values.AsSpan()).ToArray());
}
