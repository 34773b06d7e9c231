using Speaker.Models;
using Speaker.Training.Network;
using TorchSharp;

namespace Speaker.Training.Tests.Network;

/// <summary>The tensor library's side of weights files; their format has its tests beside the recognizer's.</summary>
public sealed class TensorFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void WriteRead_EveryTypeAndOddShapes_GivesEqualTensors()
    {
        using var scope = torch.NewDisposeScope();
        var path = _folder.File("x.safetensors");
        var tensors = new Dictionary<string, torch.Tensor>
        {
            ["scalar"] = torch.tensor(new[] { 3.5f }).squeeze(0),
            ["empty"] = torch.zeros(new long[] { 0, 3 }),
            ["transposed"] = torch.tensor(new[] { 1f, 2, 3, 4, 5, 6 }, new long[] { 2, 3 }).transpose(0, 1),
            ["extremes"] = torch.tensor(new[] { 1L, long.MinValue, long.MaxValue }),
        };
        foreach (var type in new[]
        {
            torch.ScalarType.Float64, torch.ScalarType.Float32, torch.ScalarType.Float16, torch.ScalarType.BFloat16,
            torch.ScalarType.Int64, torch.ScalarType.Int32, torch.ScalarType.Int16, torch.ScalarType.Int8,
            torch.ScalarType.Byte, torch.ScalarType.Bool,
        })
        {
            tensors[type.ToString()] = torch.tensor(new[] { 0f, 1, 2, 100 }, new long[] { 2, 2 }).to_type(type);
        }

        TensorFile.Write(path, tensors, new Dictionary<string, string> { ["k"] = "v" });
        var read = TensorFile.Read(path);
        Assert.Equal(tensors.Keys.Order(), read.Keys.Order());
        foreach (var (name, tensor) in tensors)
        {
            Assert.Equal(tensor.shape, read[name].shape);
            Assert.Equal(tensor.dtype, read[name].dtype);
            if (tensor.numel() == 0)
            {
                continue;
            }

            Assert.Equal(
                tensor.to_type(torch.ScalarType.Float64).contiguous().data<double>().ToArray(),
                read[name].to_type(torch.ScalarType.Float64).data<double>().ToArray());
        }

        Assert.Equal("v", Safetensors.ReadMetadata(path)["k"]);
    }

    [Fact]
    public void ReadInto_TensorsThatDoNotFit_Refuses()
    {
        using var scope = torch.NewDisposeScope();
        var path = _folder.File("x.safetensors");
        TensorFile.Write(path, new Dictionary<string, torch.Tensor> { ["a"] = torch.ones(new long[] { 3 }) });
        var fitting = torch.zeros(new long[] { 3 });
        TensorFile.ReadInto(path, new Dictionary<string, torch.Tensor> { ["a"] = fitting });
        Assert.Equal([1f, 1, 1], fitting.data<float>().ToArray());

        foreach (var wrong in new[]
        {
            new Dictionary<string, torch.Tensor>(),
            new Dictionary<string, torch.Tensor> { ["b"] = torch.zeros(new long[] { 3 }) },
            new Dictionary<string, torch.Tensor> { ["a"] = torch.zeros(new long[] { 4 }) },
            new Dictionary<string, torch.Tensor> { ["a"] = torch.zeros(new long[] { 3 }, torch.ScalarType.Float64) },
            new Dictionary<string, torch.Tensor> { ["a"] = fitting, ["c"] = torch.zeros(new long[] { 3 }) },
        })
        {
            Assert.Throws<ModelException>(() => TensorFile.ReadInto(path, wrong));
        }
    }

    [Fact]
    public void Halve_Weights_RoundsMatricesAndLeavesVectors()
    {
        using var scope = torch.NewDisposeScope();
        float[] values = [1, 0.1f, -2.0001f, 3000.3f, 1e-5f, 0];
        var halved = TensorFile.Halve(TensorFile.Store(new Dictionary<string, torch.Tensor>
        {
            ["matrix"] = torch.tensor(values, [2, 3]), ["vector"] = torch.tensor(values),
            ["count"] = torch.tensor(new long[] { 7, 8 }, [1, 2]),
        }));
        Assert.Equal(TensorType.Float16, halved["matrix"].Type);
        Assert.Equal([2, 3], halved["matrix"].Shape);
        Assert.Equal(
            values.Select(value => (Half)value),
            System.Runtime.InteropServices.MemoryMarshal.Cast<byte, Half>(halved["matrix"].Bytes.Span).ToArray());
        Assert.Equal(TensorType.Float32, halved["vector"].Type);
        Assert.Equal(TensorType.Int64, halved["count"].Type);
    }
}
