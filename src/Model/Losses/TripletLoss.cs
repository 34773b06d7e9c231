using Speaker.Model.Distances;
using Speaker.Model.Mining;
using TorchSharp;

namespace Speaker.Model.Losses;

/// <summary>What the loss is averaged over.</summary>
public enum TripletReduction
{
    /// <summary>All mined triplets, solved ones counting as 0 (FaceNet): steps shrink as pairs are solved.</summary>
    AllTriplets,

    /// <summary>Only triplets above 0 (Hermans et al., 2017, "BH≠0"): steps keep their size to the end.</summary>
    ActiveTriplets,
}

/// <summary>A loss and what made it.</summary>
/// <param name="Loss">[] float, differentiable; 0 with a zero gradient when there is no triplet to average.</param>
/// <param name="ActiveFraction">Share of the triplets with a loss above 0, 0…1; NaN without triplets.</param>
public sealed record TripletLossResult(torch.Tensor Loss, double ActiveFraction);

/// <summary>
/// The triplet hinge max(0, d(a,p) − d(a,n) + margin) (Schroff et al., 2015), averaged as <see cref="Reduction"/> says.
/// </summary>
public sealed class TripletLoss
{
    /// <exception cref="ModelException">The margin is not above 0.</exception>
    public TripletLoss(
        Distance distance, double margin, TripletReduction reduction = TripletReduction.AllTriplets)
    {
        ArgumentNullException.ThrowIfNull(distance);
        if (!(margin > 0) || !double.IsFinite(margin))
            throw new ModelException($"a triplet margin must be above 0, got {margin}; 0.2 to 0.5 is common");
        Distance = distance;
        Margin = margin;
        Reduction = reduction;
    }

    public Distance Distance { get; }

    /// <summary>In the unit of the distance.</summary>
    public double Margin { get; }

    public TripletReduction Reduction { get; }

    /// <param name="embeddings">[B, D].</param>
    /// <param name="triplets">Rows of the batch.</param>
    public TripletLossResult Compute(torch.Tensor embeddings, Triplets triplets)
    {
        ArgumentNullException.ThrowIfNull(embeddings);
        ArgumentNullException.ThrowIfNull(triplets);
        using var scope = torch.NewDisposeScope();
        if (triplets.Count == 0)
            return new TripletLossResult((embeddings.sum() * 0).MoveToOuterDisposeScope(), double.NaN);

        var anchors = Rows(embeddings, triplets.Anchors);
        var positive = Distance.Pairwise(anchors, Rows(embeddings, triplets.Positives));
        var negative = Distance.Pairwise(anchors, Rows(embeddings, triplets.Negatives));
        var hinge = (positive - negative + Margin).clamp_min(0);
        var active = hinge.gt(0).sum().item<long>();
        var divisor = Reduction == TripletReduction.AllTriplets ? triplets.Count : Math.Max(active, 1);
        return new TripletLossResult(
            (hinge.sum() / divisor).MoveToOuterDisposeScope(), (double)active / triplets.Count);
    }

    private static torch.Tensor Rows(torch.Tensor embeddings, long[] rows) =>
        embeddings.index_select(0, torch.tensor(rows).to(embeddings.device));
}
