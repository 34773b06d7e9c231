using Speaker.Training.Tensors;
using TorchSharp;
using static TorchSharp.torch.nn;

namespace Speaker.Training.Losses;

/// <summary>Logarithms of sums of exponentials, through the cross-entropy, which never overflows.</summary>
internal static class LogSums
{
    /// <summary>log(1 + eˣ) of each element: the cross-entropy of the class 0 among the logits 0 and x.</summary>
    /// <param name="x">[N, M]; −∞ gives 0.</param>
    public static torch.Tensor SoftPlus(torch.Tensor x)
    {
        using var scope = torch.NewDisposeScope();
        var column = x.unsqueeze(1);
        var first = torch.zeros(x.shape, torch.ScalarType.Int64).to(x.device);
        return functional.cross_entropy(torch.cat([torch.zeros_like(column), column], 1), first, null, -100, Reduction.None)
            .MoveToOuterDisposeScope();
    }

    /// <summary>log Σ eˣ of each row: the cross-entropy of any one class is that less its logit.</summary>
    /// <param name="x">[N, M]; −∞ leaves an element out, but not all of a row.</param>
    /// <returns>[N].</returns>
    public static torch.Tensor LogSumExp(torch.Tensor x)
    {
        using var scope = torch.NewDisposeScope();
        var largest = x.detach().argmax(1);
        var entropy = functional.cross_entropy(x, largest, null, -100, Reduction.None);
        return entropy.Plus(x.gather(1, largest.unsqueeze(1)).squeeze(1)).MoveToOuterDisposeScope();
    }
}
