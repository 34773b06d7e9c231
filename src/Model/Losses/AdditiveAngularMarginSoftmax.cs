using Speaker.Model.Distances;
using TorchSharp;
using TorchSharp.Modules;

namespace Speaker.Model.Losses;

/// <summary>
/// Softmax over scaled cosines between an embedding and one direction a speaker, where the true speaker's angle θ is
/// made worse by a margin: scale · cos(θ + margin) (ArcFace, Deng et al., 2019).
/// </summary>
/// <remarks>
/// cos(θ + m) turns upwards again beyond θ = π − m, which would reward the worst angles. There the logit goes on as
/// cos θ − m · sin m, below and falling, for the whole range. ("Easy margin", the other rule, drops the margin for
/// θ &gt; π/2, where an untrained encoder starts; it is not offered.)
/// <para>
/// sin θ is √(1 − cos² θ) with 1 − cos² held at or above 1e-6: at cos θ = ±1 value and gradient stay finite.
/// </para>
/// </remarks>
public sealed class AdditiveAngularMarginSoftmax : torch.nn.Module<torch.Tensor, torch.Tensor, torch.Tensor>
{
    private const double SmallestSquaredSine = 1e-6;

    // The tensor library finds a module's parts by field name; the name is also the one in a checkpoint.
    private readonly Parameter weight;
    private readonly torch.Tensor? groups;
    private double _margin;
    private double _scale;

    /// <param name="dimension">D, the embedding's.</param>
    /// <param name="classes">Training speakers.</param>
    /// <param name="margin">Radians, 0…1; 0.2 is common for speakers.</param>
    /// <param name="scale">Above 0; 30 is common.</param>
    /// <param name="classGroups">
    /// The corpus of each class, or null. Then an embedding competes only with the classes of its own corpus, so that
    /// telling the corpora apart by their channel earns nothing.
    /// </param>
    /// <exception cref="ModelException">A value is outside its range.</exception>
    public AdditiveAngularMarginSoftmax(
        int dimension, int classes, double margin = 0.2, double scale = 30, long[]? classGroups = null)
        : base(nameof(AdditiveAngularMarginSoftmax))
    {
        if (dimension < 1 || classes < 2)
            throw new ModelException(
                $"a softmax over speakers needs at least 1 dimension and 2 speakers, got {dimension} and {classes}");
        if (classGroups is not null && classGroups.Length != classes)
            throw new ModelException($"{classes} classes need {classes} groups, got {classGroups.Length}");
        Margin = margin;
        Scale = scale;
        weight = new Parameter(torch.randn(new long[] { classes, dimension }) * Math.Sqrt(2.0 / (classes + dimension)));
        groups = classGroups is null ? null : torch.tensor(classGroups);
        RegisterComponents();
    }

    /// <summary>Radians, 0…1. May change between steps: a ramp from 0 eases the start.</summary>
    public double Margin
    {
        get => _margin;
        set => _margin = value is >= 0 and <= 1
            ? value
            : throw new ModelException($"an angular margin must be 0 to 1 radian, got {value}");
    }

    /// <summary>Above 0. May change between steps.</summary>
    public double Scale
    {
        get => _scale;
        set => _scale = value > 0 && double.IsFinite(value)
            ? value
            : throw new ModelException($"the scale of the cosines must be above 0, got {value}; 30 is common");
    }

    /// <summary>One direction a speaker, [classes, D]; of any length, only the direction counts.</summary>
    public Parameter Weight => weight;

    /// <param name="embeddings">[B, D], of any length.</param>
    /// <param name="labels">[B] int64, 0…classes−1.</param>
    /// <returns>[] the mean cross-entropy.</returns>
    public override torch.Tensor forward(torch.Tensor embeddings, torch.Tensor labels)
    {
        using var scope = torch.NewDisposeScope();
        var cosines = CosineDistance.ToUnitLength(embeddings)
            .matmul(CosineDistance.ToUnitLength(weight).transpose(0, 1));
        var column = labels.unsqueeze(1);
        var target = cosines.gather(1, column);
        var logits = cosines.scatter_add(1, column, WithMargin(target) - target) * Scale;
        if (groups is not null)
        {
            var others = groups.unsqueeze(0).ne(groups.index_select(0, labels).unsqueeze(1));
            logits = logits.masked_fill(others, float.NegativeInfinity);
        }

        return torch.nn.functional.cross_entropy(logits, labels).MoveToOuterDisposeScope();
    }

    private torch.Tensor WithMargin(torch.Tensor cosine)
    {
        var sine = (1 - cosine * cosine).clamp_min(SmallestSquaredSine).sqrt();
        var widened = cosine * Math.Cos(Margin) - sine * Math.Sin(Margin);
        var beyond = cosine - Margin * Math.Sin(Margin);
        return torch.where(cosine.gt(-Math.Cos(Margin)), widened, beyond);
    }
}
