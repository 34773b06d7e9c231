using Speaker.Training.Tensors;
using TorchSharp;

namespace Speaker.Training.Network;

/// <summary>
/// relu(conv(relu(conv(x))) + x) over frequency and time, kernels of 3 x 3 (He et al., 2016). Where it changes channels
/// or strides, x goes through a convolution of one point. Padding is zero when it comes in and zero when it goes out.
/// </summary>
internal sealed class ResNetBlock : torch.nn.Module<torch.Tensor, FrameMask, torch.Tensor>
{
    private const int Kernel = 3;

    private readonly PictureConvolution conv1;
    private readonly PictureConvolution conv2;
    private readonly PictureConvolution? shortcut;

    public ResNetBlock(int input, int output, int stride, bool normalised = false)
        : base(nameof(ResNetBlock))
    {
        Stride = stride;
        conv1 = new PictureConvolution(input, output, Kernel, stride, normalised);
        conv2 = new PictureConvolution(output, output, Kernel, 1, normalised);
        shortcut = input != output || stride > 1
            ? new PictureConvolution(input, output, 1, stride, normalised)
            : null;
        RegisterComponents();
    }

    /// <summary>Steps from one output to the next, over frequency and time.</summary>
    public int Stride { get; }

    /// <param name="x">[B, C, F, T].</param>
    /// <param name="mask">Of the frames as they come in.</param>
    /// <returns>[B, C', ⌈F / stride⌉, ⌈T / stride⌉].</returns>
    public override torch.Tensor forward(torch.Tensor x, FrameMask mask)
    {
        using var scope = torch.NewDisposeScope();
        var strided = mask.Strided(Stride, x.device);
        var h = strided.Apply(conv1.call(x).relu_());
        h = conv2.call(h).AddInPlace(shortcut is null ? x : shortcut.call(x));
        return strided.Apply(h.relu_()).MoveToOuterDisposeScope();
    }
}
