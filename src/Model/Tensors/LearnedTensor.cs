using TorchSharp;
using TorchSharp.Modules;

namespace Speaker.Training.Tensors;

/// <summary>Makes the parameters of modules.</summary>
internal static class LearnedTensor
{
    /// <summary>A parameter that belongs to its module and to no dispose scope.</summary>
    /// <param name="first">Computes its first values; what else it makes is disposed.</param>
    public static Parameter StartingAt(Func<torch.Tensor> first)
    {
        using var scope = torch.NewDisposeScope();
        var parameter = new Parameter(first());
        parameter.DetachFromDisposeScope();
        return parameter;
    }

    /// <summary>A parameter of numbers drawn evenly from −bound to bound.</summary>
    public static Parameter Uniform(long[] shape, double bound) =>
        StartingAt(() => torch.rand(shape).Times(2 * bound).Minus(bound));
}
