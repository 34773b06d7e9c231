using TorchSharp;
using TorchSharp.Modules;

namespace Speaker.Model.Encoding;

/// <summary>
/// relu(x + SE(BN(conv(relu(BN(dilated conv(x))))))) over time, [B, W, T] to the same; kernels of three frames.
/// Padding is zero when it comes in and zero when it goes out.
/// </summary>
internal sealed class TimeBlock : torch.nn.Module<torch.Tensor, FrameMask, torch.Tensor>
{
    private readonly TimeConvolution dilated;
    private readonly BatchNorm1d dilatedNorm;
    private readonly TimeConvolution convolution;
    private readonly BatchNorm1d convolutionNorm;
    private readonly SqueezeExcitation excitation;

    public TimeBlock(int width, int dilation)
        : base(nameof(TimeBlock))
    {
        dilated = new TimeConvolution(width, width, 3, 1, dilation);
        dilatedNorm = torch.nn.BatchNorm1d(width);
        convolution = new TimeConvolution(width, width, 3);
        convolutionNorm = torch.nn.BatchNorm1d(width);
        excitation = new SqueezeExcitation(width);
        RegisterComponents();
    }

    public override torch.Tensor forward(torch.Tensor x, FrameMask mask)
    {
        using var scope = torch.NewDisposeScope();
        var h = mask.Apply(dilatedNorm.call(dilated.call(x)).relu());
        h = convolutionNorm.call(convolution.call(h));
        return mask.Apply((x + excitation.call(h, mask)).relu()).MoveToOuterDisposeScope();
    }
}

/// <summary>
/// The same over frequency and time, [B, C, F, T] to [B, C', F / stride, T / stride], with 3×3 kernels; where shape
/// changes, the shortcut is a 1×1 convolution. Strides apply to the first convolution.
/// </summary>
internal sealed class MapBlock : torch.nn.Module<torch.Tensor, FrameMask, torch.Tensor>
{
    private readonly int _timeStride;
    private readonly MapConvolution strided;
    private readonly BatchNorm2d stridedNorm;
    private readonly MapConvolution convolution;
    private readonly BatchNorm2d convolutionNorm;
    private readonly SqueezeExcitation excitation;
    private readonly MapConvolution? shortcut;
    private readonly BatchNorm2d? shortcutNorm;

    public MapBlock(int input, MapStage output)
        : base(nameof(MapBlock))
    {
        _timeStride = output.TimeStride;
        strided = new MapConvolution(input, output, 3);
        stridedNorm = torch.nn.BatchNorm2d(output.Channels);
        convolution = new MapConvolution(output.Channels, new MapStage(output.Channels, 1, 1), 3);
        convolutionNorm = torch.nn.BatchNorm2d(output.Channels);
        excitation = new SqueezeExcitation(output.Channels);
        if (input != output.Channels || output.FrequencyStride != 1 || output.TimeStride != 1)
        {
            shortcut = new MapConvolution(input, output, 1);
            shortcutNorm = torch.nn.BatchNorm2d(output.Channels);
        }

        RegisterComponents();
    }

    /// <param name="x">[B, C, F, T], padding zero.</param>
    /// <param name="mask">Of the frames that come in.</param>
    public override torch.Tensor forward(torch.Tensor x, FrameMask mask)
    {
        using var scope = torch.NewDisposeScope();
        var after = mask.Strided(_timeStride, x.device);
        var h = after.Apply(stridedNorm.call(strided.call(x)).relu());
        h = excitation.call(convolutionNorm.call(convolution.call(h)), after);
        var skipped = shortcut is null ? x : shortcutNorm!.call(shortcut.call(x));
        return after.Apply((skipped + h).relu()).MoveToOuterDisposeScope();
    }
}
