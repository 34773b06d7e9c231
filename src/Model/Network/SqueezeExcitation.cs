using TorchSharp;
using TorchSharp.Modules;

namespace Speaker.Training.Network;

/// <summary>Weights each channel by what all channels' means over the utterance say (Hu et al., 2018).</summary>
internal sealed class SqueezeExcitation : torch.nn.Module<torch.Tensor, FrameMask, torch.Tensor>
{
    private const int Reduction = 4;

    private readonly Linear squeeze;
    private readonly Linear excite;

    public SqueezeExcitation(int channels)
        : base(nameof(SqueezeExcitation))
    {
        var hidden = Math.Max(1, channels / Reduction);
        squeeze = torch.nn.Linear(channels, hidden);
        excite = torch.nn.Linear(hidden, channels);
        RegisterComponents();
    }

    /// <param name="x">[B, C, 1, T].</param>
    /// <param name="mask">Of its frames.</param>
    public override torch.Tensor forward(torch.Tensor x, FrameMask mask)
    {
        using var scope = torch.NewDisposeScope();
        var gate = excite.call(squeeze.call(mask.Mean(x)).relu()).sigmoid().unsqueeze(2).unsqueeze(3);
        return (x * gate).MoveToOuterDisposeScope();
    }
}
