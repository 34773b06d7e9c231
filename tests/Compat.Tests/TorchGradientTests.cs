using System.Runtime.InteropServices;
using TorchSharp;

namespace Speaker.Compat.Tests;

/// <summary>Gradients against central differences in double precision, and where none are recorded.</summary>
[Collection(TorchTests.Name)]
public class TorchGradientTests
{
    private static readonly long[] Shape = [2, 3];

    private static readonly double[] At = [0.3, -0.7, 1.1, 0.9, -1.3, 0.2];

    private static readonly Dictionary<string, Func<torch.Tensor, torch.Tensor>> Functions = new(StringComparer.Ordinal)
    {
        ["number arithmetic"] = x => (((x + 0.5) * 3) - 1) / 2,
        ["number minus"] = x => 1 - x,
        ["product and difference"] = x => (x * x) - x + x,
        ["square root"] = x => ((x * x) + 1).sqrt(),
        ["inverse square root"] = x => ((x * x) + 1).rsqrt(),
        ["tanh, sigmoid, relu"] = x => x.tanh() + x.sigmoid() + x.relu(),
        ["clamp"] = x => x.clamp_min(0.1),
        ["matmul"] = x => x.matmul(x.transpose(0, 1)),
        ["softmax"] = x => x.softmax(1),
        ["sums and means"] = x => x.sum(1) * x.mean(new long[] { 1 }) * x.mean(),
        ["narrow and cat"] = x => torch.cat([x.narrow(1, 0, 2), x], 1),
        ["gather"] = x => x.gather(1, torch.tensor(new[] { 0L, 2 }).unsqueeze(1)),
        ["index_select"] = x => x.index_select(0, torch.tensor(new[] { 1L, 1, 0 })),
        ["scatter_add"] = x => x.scatter_add(1, torch.tensor(new[] { 0L, 2 }).unsqueeze(1), x.narrow(1, 1, 1)),
        ["where and masked_fill"] = x => torch.where(x.gt(0), x * x, x).masked_fill(x.le(-1), 0),
        ["squeeze and unsqueeze"] = x => x.unsqueeze(1).squeeze(1) * 2,
        ["cross entropy"] = x => torch.nn.functional.cross_entropy(x, torch.tensor(new[] { 2L, 0 })),
        ["conv2d"] = x => torch.nn.functional.conv2d(
            x.unsqueeze(0).unsqueeze(0), x.narrow(1, 0, 2).unsqueeze(0).unsqueeze(0), null, [1, 1], [1, 0]),
    };

    public static TheoryData<string> Names => [.. Functions.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Gradient_OfFunction_IsItsSlope(string name)
    {
        using var scope = torch.NewDisposeScope();
        var x = torch.tensor(At, Shape).requires_grad_(true);
        var gradient = torch.autograd.grad([Weighted(name, x)], [x])[0].contiguous().data<double>().ToArray();

        const double Step = 1e-5;
        for (var i = 0; i < At.Length; i++)
        {
            var slope = (Value(name, i, Step) - Value(name, i, -Step)) / (2 * Step);
            Assert.Equal(slope, gradient[i], 1e-7 * Math.Max(1, Math.Abs(slope)) * 10);
        }
    }

    [Fact]
    public void Backward_InBFloat16_ComesNearTheGradientInFloat()
    {
        using var scope = torch.NewDisposeScope();
        torch.manual_seed(3);
        var input = torch.randn([2, 4, 1, 20]);
        var weight = torch.randn([3, 4, 1, 3]).requires_grad_(true);

        torch.Tensor Gradient(torch.ScalarType type) => torch.autograd.grad(
            [torch.nn.functional.conv2d(input.to_type(type), weight.to_type(type), null, [1, 1], [0, 1])
                .to_type(torch.ScalarType.Float32).tanh().sum()],
            [weight])[0];

        var exact = Gradient(torch.ScalarType.Float32);
        var rough = Gradient(torch.ScalarType.BFloat16);

        Assert.Equal(torch.ScalarType.Float32, rough.dtype);
        var difference = (rough - exact).data<float>().ToArray().Max(Math.Abs);
        Assert.InRange(difference, 1e-6, 0.03 * exact.data<float>().ToArray().Max(Math.Abs));
    }

    [Fact]
    public void NoGrad_RecordsNothingAndEndsWithItsScope()
    {
        using var scope = torch.NewDisposeScope();
        var x = torch.ones(3).requires_grad_(true);
        torch.Tensor silent;
        using (torch.no_grad()) silent = (x * 2).sum();

        var exception = Assert.ThrowsAny<ExternalException>(silent.backward);
        Assert.Contains("does not require grad", exception.Message, StringComparison.Ordinal);
        Assert.Equal([2f, 2, 2], torch.autograd.grad([(x * 2).sum()], [x])[0].data<float>().ToArray());
    }

    [Fact]
    public void Detach_CutsTheTensorOff()
    {
        using var scope = torch.NewDisposeScope();
        var x = torch.tensor(new[] { 3f }).requires_grad_(true);

        Assert.Equal([3f], torch.autograd.grad([(x * x.detach()).sum()], [x])[0].data<float>().ToArray());
    }

    [Fact]
    public void Grad_WithOutputGradients_WeighsTheOutputs()
    {
        using var scope = torch.NewDisposeScope();
        var x = torch.tensor(new[] { 1f, 2, 3 }).requires_grad_(true);

        Assert.Equal(
            [2f, 40, 600],
            torch.autograd.grad([x * x], [x], [torch.tensor(new[] { 1f, 10, 100 })])[0].data<float>().ToArray());
    }

    private static double Value(string name, int index, double step)
    {
        using var scope = torch.NewDisposeScope();
        using var silent = torch.no_grad();
        var moved = (double[])At.Clone();
        moved[index] += step;
        return Weighted(name, torch.tensor(moved, Shape)).item<double>();
    }

    /// <summary>Different weights for different elements, so that no error of order can cancel.</summary>
    private static torch.Tensor Weighted(string name, torch.Tensor x)
    {
        var y = Functions[name](x);
        var weights = new double[y.numel()];
        for (var i = 0; i < weights.Length; i++) weights[i] = 1 + (0.37 * i);
        return (y * torch.tensor(weights, y.shape)).sum();
    }
}
