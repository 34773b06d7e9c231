using Speaker.Training.Tensors;
using TorchSharp;

namespace Speaker.Training.Losses;

/// <summary>
/// The margin is added to the angle θ: scale · cos(θ + margin) (AAM-softmax, ArcFace, Deng et al., 2019).
/// </summary>
/// <remarks>
/// cos(θ + m) turns upwards again beyond θ = π − m, which would reward the worst angles. There the logit goes on as
/// cos θ − m · sin m, below and falling, for the whole range. ("Easy margin", the other rule, drops the margin for
/// θ &gt; π/2, where an untrained encoder starts; it is not offered.)
/// <para>
/// sin θ is √(1 − cos² θ) with 1 − cos² held at or above 1e-6: at cos θ = ±1 value and gradient stay finite.
/// </para>
/// </remarks>
internal sealed class AdditiveAngularMarginSoftmax : MarginSoftmax
{
    private const double SmallestSquaredSine = 1e-6;

    /// <param name="dimension">D, the embedding's.</param>
    /// <param name="classes">Training speakers.</param>
    /// <param name="margin">Radians, 0…1; 0.2 is common for speakers.</param>
    /// <param name="scale">Above 0; 30 is common.</param>
    /// <param name="classGroups">The corpus of each class, or null.</param>
    /// <exception cref="ModelException">A value is outside its range.</exception>
    public AdditiveAngularMarginSoftmax(
        int dimension, int classes, double margin = 0.2, double scale = 30, long[]? classGroups = null)
        : base(nameof(AdditiveAngularMarginSoftmax), dimension, classes, margin, scale, classGroups)
    {
    }

    private protected override torch.Tensor WithMargin(torch.Tensor cosine)
    {
        var sine = (cosine * cosine).SubtractedFrom(1).ClampMin(SmallestSquaredSine).sqrt();
        var widened = cosine.Times(Math.Cos(Margin)) - sine.Times(Math.Sin(Margin));
        var beyond = cosine.Minus(Margin * Math.Sin(Margin));
        return torch.where(cosine.GreaterThan(-Math.Cos(Margin)), widened, beyond);
    }
}
