using Speaker.Training.Distances;
using Speaker.Training.Tensors;
using TorchSharp;

namespace Speaker.Training.Losses;

/// <summary>
/// The triplet loss with a soft margin, the mean of log(1 + e^(d(a,p) − d(a,n))) (Hermans et al., 2017, section 2): it
/// falls for ever instead of ending at a margin, so that solved triplets go on being pulled apart, ever less.
/// </summary>
internal sealed class TripletSoftMarginLoss(Distance distance) : TripletLoss(nameof(TripletSoftMarginLoss), distance)
{
    /// <summary>log 2.</summary>
    public override double CollapsedValue => Math.Log(2);

    private protected override torch.Tensor Reduce(torch.Tensor difference, torch.Tensor filled, int count) =>
        (LogSums.SoftPlus(difference) * filled).sum().DividedBy(count);
}
