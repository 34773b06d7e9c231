using Speaker.Audio.Features.Mfcc;
using Speaker.Training.Tensors;
using TorchSharp;

namespace Speaker.Training.Network;

/// <summary>
/// relu(x + SE(BN(conv(relu(BN(dilated conv(x))))))) over time, [B, W, 1, T] to the same; kernels of three frames.
/// Padding is zero when it comes in and zero when it goes out.
/// </summary>
internal sealed class ResidualBlock : torch.nn.Module<torch.Tensor, FrameMask, torch.Tensor>
{
    private const int Kernel = 3;

    private readonly TimeConvolution dilated;
    private readonly BatchNormalisation dilatedNorm;
    private readonly TimeConvolution convolution;
    private readonly BatchNormalisation convolutionNorm;
    private readonly SqueezeExcitation excitation;

    public ResidualBlock(int width, int dilation)
        : base(nameof(ResidualBlock))
    {
        dilated = new TimeConvolution(width, width, Kernel, 1, dilation);
        dilatedNorm = new BatchNormalisation(width);
        convolution = new TimeConvolution(width, width, Kernel);
        convolutionNorm = new BatchNormalisation(width);
        excitation = new SqueezeExcitation(width);
        RegisterComponents();
    }

    public override torch.Tensor forward(torch.Tensor x, FrameMask mask)
    {
        using var scope = torch.NewDisposeScope();
        // In place where the gradient does not need what was there: these passes wait for memory, not arithmetic.
        var h = mask.Apply(dilatedNorm.call(dilated.call(x)).relu_());
        h = convolutionNorm.call(convolution.call(h));
        return mask.Apply(excitation.call(h, mask).AddInPlace(x).relu_()).MoveToOuterDisposeScope();
    }
}
