using Speaker.Training.Tensors;
using TorchSharp;
using TorchSharp.Modules;

namespace Speaker.Training.Losses;

/// <summary>
/// SphereFace2 (Wen et al., 2022, "SphereFace2: binary classification is all you need"), type C: for each speaker by
/// itself, "this one or not", with an additive margin and one learnt offset for all.
/// </summary>
/// <remarks>
/// λ / s · log(1 + e^−(s · (g(cos θ of the true speaker) − m) + b)) + (1 − λ) / s · Σ over the others of
/// log(1 + e^(s · (g(cos θ) + m) + b)), with g(z) = 2 · ((z + 1) / 2)³ − 1. No speaker competes with another: a
/// wrong label does not push the right speaker away.
/// </remarks>
/// <param name="dimension">D, the embedding's.</param>
/// <param name="classes">Training speakers.</param>
/// <param name="margin">In units of g, 0…1; 0.2 is common for speakers.</param>
/// <param name="scale">s, above 0; 30 is common.</param>
/// <param name="classGroups">The corpus of each class, or null.</param>
/// <exception cref="ModelException">A value is outside its range.</exception>
internal sealed class SphereFace2(
    int dimension, int classes, double margin = 0.2, double scale = 30, long[]? classGroups = null)
    : MarginSoftmax(nameof(SphereFace2), dimension, classes, margin, scale, classGroups)
{
    /// <summary>λ: what the one true speaker weighs against all others.</summary>
    private const double TrueShare = 0.7;

    /// <summary>t of the paper.</summary>
    private const int Power = 3;

    // Set before the base looks for parameters by field name.
    private readonly Parameter bias = LearnedTensor.StartingAt(
        () => torch.ones([1]).Times(FirstBias(classes, scale)));

    /// <summary>b, [1].</summary>
    public Parameter Bias => bias;

    private protected override torch.Tensor MadeHarder(torch.Tensor scores, torch.Tensor target)
    {
        using var scope = torch.NewDisposeScope();
        var others = Spread(scores).Plus(Margin);
        var difference = WithMargin(scores.gather(1, target)) - others.gather(1, target);
        return others.scatter_add(1, target, difference).MoveToOuterDisposeScope();
    }

    private protected override torch.Tensor WithMargin(torch.Tensor cosine) => Spread(cosine).Minus(Margin);

    /// <summary>g: cosines of strangers crowd around 0, where this is flat.</summary>
    private static torch.Tensor Spread(torch.Tensor cosine)
    {
        var half = cosine.Plus(1).Times(0.5);
        return (half * half * half).Times(2).Minus(1);
    }

    private protected override torch.Tensor Cost(torch.Tensor logits, torch.Tensor labels)
    {
        using var scope = torch.NewDisposeScope();
        var column = labels.unsqueeze(1);
        var all = logits.Plus(bias);
        var isTrue = torch.zeros_like(all).scatter(1, column, torch.ones(column.shape, all.dtype).to(all.device));
        // log(1 + e^x) of the others, log(1 + e^-x) of the true one.
        var cost = LogSums.SoftPlus(all * isTrue.Times(-2).Plus(1));
        var weights = isTrue.Times(TrueShare - (1 - TrueShare)).Plus(1 - TrueShare);
        return (cost * weights).sum().DividedBy(Scale * logits.shape[0]).MoveToOuterDisposeScope();
    }

    /// <summary>The offset that costs least where every cosine is 0 and there is no margin yet.</summary>
    private static double FirstBias(int classes, double scale)
    {
        var logit = scale * ((2 * Math.Pow(0.5, Power)) - 1);
        var (low, high) = (-logit - 50, -logit + 50);
        for (var i = 0; i < 60; i++)
        {
            // The slope of the cost: the others pull the offset down, the true speaker pulls it up.
            var middle = (low + high) / 2;
            var probability = 1 / (1 + Math.Exp(-(logit + middle)));
            var slope = ((1 - TrueShare) * (classes - 1) * probability) - (TrueShare * (1 - probability));
            (low, high) = slope > 0 ? (low, middle) : (middle, high);
        }

        return (low + high) / 2;
    }
}
