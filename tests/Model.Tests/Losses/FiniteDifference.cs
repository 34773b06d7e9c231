using TorchSharp;

namespace Speaker.Training.Tests.Losses;

internal static class FiniteDifference
{
    private const double Step = 1e-5;

    /// <summary>Holds autograd's gradient of a scalar against central differences, in float64.</summary>
    public static void AssertGradient(
        double[] at, long[] shape, Func<torch.Tensor, torch.Tensor> function, double tolerance = 1e-6)
    {
        using var scope = torch.NewDisposeScope();
        var x = torch.tensor(at, shape).requires_grad_(true);
        var gradient = torch.autograd.grad([function(x)], [x])[0].contiguous().data<double>().ToArray();
        for (var i = 0; i < at.Length; i++)
        {
            var slope = (ValueAt(i, Step) - ValueAt(i, -Step)) / (2 * Step);
            Assert.True(
                Math.Abs(slope - gradient[i]) <= tolerance * Math.Max(1, Math.Abs(slope)),
                $"element {i}: autograd {gradient[i]}, finite difference {slope}");
        }

        double ValueAt(int index, double offset)
        {
            using var inner = torch.NewDisposeScope();
            var moved = (double[])at.Clone();
            moved[index] += offset;
            return function(torch.tensor(moved, shape)).item<double>();
        }
    }
}
