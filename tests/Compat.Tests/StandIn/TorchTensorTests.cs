using System.Runtime.InteropServices;
using TorchSharp;

namespace Speaker.Compat.Tests;

/// <summary>Tensors as values: making, reading, converting, and what is said when it cannot be done.</summary>
[Collection(TorchTests.Name)]
public class TorchTensorTests
{
    private static readonly long[] TwoByThree = [2, 3];

    [Fact]
    public void Tensor_FromValues_HasThemInRowMajorOrder()
    {
        using var scope = torch.NewDisposeScope();
        var tensor = torch.tensor(new[] { 1f, 2, 3, 4, 5, 6 }, TwoByThree);

        Assert.Equal(TwoByThree, tensor.shape);
        Assert.Equal(torch.ScalarType.Float32, tensor.dtype);
        Assert.Equal(6, tensor.numel());
        Assert.Equal([4f, 5, 6], tensor.narrow(0, 1, 1).data<float>().ToArray());
    }

    [Fact]
    public void Data_OfTransposedTensor_IsInItsOwnOrder()
    {
        using var scope = torch.NewDisposeScope();
        var tensor = torch.tensor(new[] { 1f, 2, 3, 4, 5, 6 }, TwoByThree).transpose(0, 1);

        Assert.Equal([1f, 4, 2, 5, 3, 6], tensor.data<float>().ToArray());
        Assert.Equal([1f, 4, 2, 5, 3, 6], tensor.contiguous().data<float>().ToArray());
    }

    [Fact]
    public void CopyTo_WithOffsets_CopiesWhatFits()
    {
        using var scope = torch.NewDisposeScope();
        var array = new float[4];

        torch.tensor(new[] { 1f, 2, 3, 4, 5, 6 }, TwoByThree).data<float>().CopyTo(array, 1, 2);

        Assert.Equal([0f, 3, 4, 5], array);
    }

    [Fact]
    public void Bytes_OfBFloat16_AreTheUpperHalvesOfTheFloats()
    {
        using var scope = torch.NewDisposeScope();
        var tensor = torch.tensor(new[] { 1f, -2f, 1f + (1f / 512) }).to_type(torch.ScalarType.BFloat16);

        // 1.001953125 has no bfloat16 of its own: it rounds to 1.
        Assert.Equal([0x80, 0x3F, 0x00, 0xC0, 0x80, 0x3F], tensor.bytes.ToArray());
    }

    [Fact]
    public void Bytes_Assigned_AreTheTensorsMemory()
    {
        using var scope = torch.NewDisposeScope();
        var tensor = torch.empty(new long[] { 2 }, torch.ScalarType.Float32);

        tensor.bytes = MemoryMarshal.AsBytes(new[] { 3f, -4f }.AsSpan());

        Assert.Equal([3f, -4f], tensor.data<float>().ToArray());
    }

    [Fact]
    public void Item_OfOneNumber_IsThatNumberInEachType()
    {
        using var scope = torch.NewDisposeScope();

        Assert.Equal(2.5f, torch.tensor(new[] { 2.5f }).item<float>());
        Assert.Equal(0.1, torch.tensor(new[] { 0.1 }, new long[] { 1 }).item<double>());
        Assert.Equal((1L << 53) + 1, torch.tensor(new[] { (1L << 53) + 1 }).item<long>());
    }

    [Fact]
    public void Comparisons_GiveTruthValues()
    {
        using var scope = torch.NewDisposeScope();
        var tensor = torch.tensor(new[] { 1f, 2, 3 });

        Assert.Equal([false, true, false], tensor.eq(2).data<bool>().ToArray());
        Assert.Equal([true, true, false], tensor.le(2).data<bool>().ToArray());
        Assert.Equal([false, false, true], tensor.gt(2).data<bool>().ToArray());
        Assert.Equal([true, false, true], tensor.ne(torch.tensor(new[] { 0f, 2, 0 })).data<bool>().ToArray());
        Assert.Equal([false, true, false], tensor.eq(torch.tensor(new[] { 0f, 2, 0 })).data<bool>().ToArray());
    }

    [Fact]
    public void ArithmeticWithNumbers_IsElementByElement()
    {
        using var scope = torch.NewDisposeScope();
        var tensor = torch.tensor(new[] { 1f, 2, 4 });

        Assert.Equal([1.5f, 2.5f, 4.5f], (tensor + 0.5).data<float>().ToArray());
        Assert.Equal([0f, 1, 3], (tensor - 1).data<float>().ToArray());
        Assert.Equal([0f, -1, -3], (1 - tensor).data<float>().ToArray());
        Assert.Equal([3f, 6, 12], (tensor * 3).data<float>().ToArray());
        Assert.Equal([0.5f, 1, 2], (tensor / 2).data<float>().ToArray());
        Assert.Equal([1f, 0.5f], torch.tensor(new[] { 1f, 4 }).rsqrt().data<float>().ToArray());
    }

    [Fact]
    public void InPlace_ChangesTheTensorItself()
    {
        using var scope = torch.NewDisposeScope();
        var tensor = torch.tensor(new[] { 1f, -2, 4 });

        tensor.mul_(2).add_(torch.ones(3), 0.5).add_(torch.ones(3));

        Assert.Equal([3.5f, -2.5f, 9.5f], tensor.data<float>().ToArray());
        Assert.Equal([3.5f, 0, 9.5f], tensor.relu_().data<float>().ToArray());
        Assert.Equal([7f, 7, 7], tensor.fill_(7).data<float>().ToArray());
        Assert.Equal([1f, 2, 3], tensor.copy_(torch.tensor(new[] { 1f, 2, 3 })).data<float>().ToArray());
    }

    [Fact]
    public void ScatterAdd_OntoRepeatedPositions_Adds()
    {
        using var scope = torch.NewDisposeScope();
        var index = torch.tensor(new[] { 0L, 2, 2 });

        var sums = torch.zeros([3]).scatter_add(0, index, torch.tensor(new[] { 1f, 2, 3 }));

        Assert.Equal([1f, 0, 5], sums.data<float>().ToArray());
    }

    [Fact]
    public void UnsqueezeAndSqueeze_AddAndRemoveDimensionsOfOne()
    {
        using var scope = torch.NewDisposeScope();
        var tensor = torch.zeros(TwoByThree);

        Assert.Equal([2, 1, 3], tensor.unsqueeze(1).shape);
        Assert.Equal([2, 3, 1], tensor.unsqueeze(-1).shape);
        Assert.Equal(TwoByThree, tensor.unsqueeze(1).unsqueeze(0).squeeze().shape);
        Assert.Equal([1, 2, 3], tensor.unsqueeze(1).unsqueeze(0).squeeze(2).shape);
    }

    [Fact]
    public void ManualSeed_GivesPyTorchsNumbers()
    {
        using var scope = torch.NewDisposeScope();
        torch.manual_seed(7);

        // torch.manual_seed(7); torch.rand(3); torch.randn(3) in Python.
        double[] expected = [0.5349225, 0.1988032, 0.6592117, -0.0325520, 1.0110544, 1.7714938];
        var drawn = torch.cat([torch.rand([3]), torch.randn([3])]).data<float>().ToArray();
        for (var i = 0; i < expected.Length; i++) Assert.Equal(expected[i], drawn[i], 1e-6);
    }

    [Fact]
    public void Threads_Set_AreTheNumberThatIsUsed()
    {
        var before = torch.get_num_threads();
        torch.set_num_threads(1);
        Assert.Equal(1, torch.get_num_threads());
        torch.set_num_threads(before);
        Assert.Equal(before, torch.get_num_threads());
    }

    [Fact]
    public void Device_OfATensor_IsTheProcessorAndTakesOthers()
    {
        using var scope = torch.NewDisposeScope();
        var tensor = torch.ones(2);

        Assert.Equal([1f, 1], torch.ones(2).to(tensor.device).cpu().data<float>().ToArray());
        Assert.StartsWith("cpu", tensor.device.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("narrow")]
    [InlineData("index")]
    [InlineData("broadcast")]
    [InlineData("channels")]
    public void Operation_ThatCannotBe_ThrowsExternalException(string which)
    {
        using var scope = torch.NewDisposeScope();
        var tensor = torch.zeros(TwoByThree);

        var exception = Assert.ThrowsAny<ExternalException>(() => which switch
        {
            "narrow" => tensor.narrow(0, 1, 5),
            "index" => tensor.index_select(0, torch.tensor(new[] { 9L })),
            "broadcast" => tensor + torch.zeros([2]),
            _ => torch.nn.functional.conv2d(torch.zeros([1, 2, 3, 3]), torch.zeros([1, 5, 1, 1])),
        });

        Assert.NotEmpty(exception.Message);
        Assert.Equal([0f, 0, 0], tensor.sum(new long[] { 0 }).data<float>().ToArray());
    }

    [Fact]
    public void Disposed_Tensor_CannotBeUsed()
    {
        var tensor = torch.ones(3);
        tensor.Dispose();

        Assert.ThrowsAny<InvalidOperationException>(() => tensor.sum());
    }
}
