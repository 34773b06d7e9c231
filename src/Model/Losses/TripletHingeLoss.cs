using Speaker.Training.Distances;
using Speaker.Training.Tensors;
using TorchSharp;

namespace Speaker.Training.Losses;

/// <summary>What the loss is averaged over.</summary>
internal enum TripletReduction
{
    /// <summary>All mined triplets, solved ones counting as 0 (FaceNet): steps shrink as pairs are solved.</summary>
    AllTriplets,

    /// <summary>Only triplets above 0 (Hermans et al., 2017, "BH≠0"): steps keep their size to the end.</summary>
    ActiveTriplets,
}

/// <summary>
/// The triplet hinge max(0, d(a,p) − d(a,n) + margin) (Schroff et al., 2015), averaged as <see cref="Reduction"/> says.
/// </summary>
internal sealed class TripletHingeLoss : TripletLoss
{
    /// <exception cref="ModelException">The margin is not above 0.</exception>
    public TripletHingeLoss(
        Distance distance, double margin, TripletReduction reduction = TripletReduction.AllTriplets)
        : base(nameof(TripletHingeLoss), distance)
    {
        if (!(margin > 0) || !double.IsFinite(margin))
        {
            throw new ModelException($"a triplet margin must be above 0, got {margin}; 0.2 to 0.5 is common");
        }

        Margin = margin;
        Reduction = reduction;
    }

    /// <summary>In the unit of the distance.</summary>
    public double Margin { get; }

    public TripletReduction Reduction { get; }

    /// <summary>The margin.</summary>
    public override double CollapsedValue => Margin;

    private protected override torch.Tensor Reduce(torch.Tensor difference, torch.Tensor filled, int count)
    {
        var hinge = difference.Plus(Margin).ClampMin(0) * filled;
        var triplets = Reduction == TripletReduction.AllTriplets
            ? count
            : Math.Max(hinge.detach().GreaterThan(0).sum().item<long>(), 1);
        return hinge.sum().DividedBy(triplets);
    }
}
