using Speaker.Training.Tensors;
using TorchSharp;
using TorchSharp.Modules;

namespace Speaker.Training.Network;

/// <summary>
/// Mean and standard deviation of each channel over time, frames weighted by an attention that sees the frame and the
/// utterance's own mean and deviation (Okabe et al., 2018; the context of Desplanques et al., 2020).
/// </summary>
internal sealed class AttentiveStatisticsPooling : torch.nn.Module<torch.Tensor, FrameMask, torch.Tensor>
{
    /// <summary>Held below every variance: keeps the gradient of its root finite.</summary>
    private const double SmallestVariance = 1e-5;

    private readonly TimeConvolution frame;
    private readonly Linear context;
    private readonly TimeConvolution score;

    public AttentiveStatisticsPooling(int channels, int hidden)
        : base(nameof(AttentiveStatisticsPooling))
    {
        frame = new TimeConvolution(channels, hidden, 1);
        context = torch.nn.Linear(2 * channels, hidden);
        // No bias: a constant a channel would not change a softmax over time.
        score = new TimeConvolution(hidden, channels, 1);
        RegisterComponents();
    }

    /// <param name="x">[B, C, 1, T].</param>
    /// <param name="mask">Of its frames.</param>
    /// <returns>[B, 2 C].</returns>
    public override torch.Tensor forward(torch.Tensor x, FrameMask mask)
    {
        using var scope = torch.NewDisposeScope();
        var squares = x * x;
        var mean = mask.Mean(x);
        var deviation = Deviation(mask.Mean(squares), mean);
        // The context is the same for every frame: added by broadcasting, never expanded over time.
        var fromContext = context.call(torch.cat(new[] { mean, deviation }, 1)).unsqueeze(2).unsqueeze(3);
        var weights = mask.Softmax(score.call(frame.call(x).Plus(fromContext).tanh()));
        var pooledMean = FrameMask.Sum(x * weights);
        var pooledDeviation = Deviation(FrameMask.Sum(squares * weights), pooledMean);
        return torch.cat(new[] { pooledMean, pooledDeviation }, 1).MoveToOuterDisposeScope();
    }

    private static torch.Tensor Deviation(torch.Tensor meanOfSquares, torch.Tensor mean) =>
        (meanOfSquares - mean * mean).ClampMin(SmallestVariance).sqrt();
}
