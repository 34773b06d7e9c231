using Speaker.Training.Tensors;
using TorchSharp;
using TorchSharp.Modules;

namespace Speaker.Training.Network;

/// <summary>
/// A convolution over frequency and time with bias, [B, C, F, T] to [B, C', ⌈F / stride⌉, ⌈T / stride⌉]: odd square
/// kernel, half a kernel of zeros on all sides. While training it may compute in bfloat16 and hand back float32.
/// </summary>
internal sealed class PictureConvolution : torch.nn.Module<torch.Tensor, torch.Tensor>
{
    private readonly long[] _stride;
    private readonly long[] _padding;
    private readonly Parameter weight;
    private readonly Parameter bias;

    public PictureConvolution(int input, int output, int kernel, int stride = 1)
        : base(nameof(PictureConvolution))
    {
        _stride = [stride, stride];
        _padding = [kernel / 2, kernel / 2];
        var bound = 1 / Math.Sqrt(input * kernel * kernel);
        weight = LearnedTensor.Uniform([output, input, kernel, kernel], bound);
        bias = LearnedTensor.Uniform([output], bound);
        RegisterComponents();
    }

    public bool TrainsInBFloat16 { get; set; }

    public override torch.Tensor forward(torch.Tensor input)
    {
        using var scope = torch.NewDisposeScope();
        if (!TrainsInBFloat16 || !training)
        {
            return Convolve(input, weight, bias).MoveToOuterDisposeScope();
        }

        return Convolve(
            input.to_type(torch.ScalarType.BFloat16), weight.to_type(torch.ScalarType.BFloat16),
            bias.to_type(torch.ScalarType.BFloat16)).to_type(torch.ScalarType.Float32).MoveToOuterDisposeScope();
    }

    private torch.Tensor Convolve(torch.Tensor input, torch.Tensor kernel, torch.Tensor offsets) =>
        torch.nn.functional.conv2d(input, kernel, offsets, _stride, _padding, [1, 1], 1);
}
