using Speaker.Training.Tensors;
using TorchSharp;
using TorchSharp.Modules;

namespace Speaker.Training.Network;

/// <summary>
/// A convolution over time without bias, [B, C, 1, T] to [B, C', 1, ⌈T / stride⌉], that keeps frames in place: odd
/// kernel, half a kernel of zeros at both ends. While training it may compute in bfloat16 and hand back float32, so that
/// normalisation, loss and weights keep their precision. Inference is float32 always.
/// </summary>
/// <remarks>
/// Time is the width of a picture one high, with channels innermost in memory. The convolution library then computes on
/// the tensors as they are; with time innermost it reorders them before and after each convolution, and normalisation
/// is slower too: a fifth of the time of a training step.
/// </remarks>
internal sealed class TimeConvolution : torch.nn.Module<torch.Tensor, torch.Tensor>
{
    private readonly long[] _stride;
    private readonly long[] _padding;
    private readonly long[] _dilation;

    // Registered by field name, which is also the name in the weights file.
    private readonly Parameter weight;

    public TimeConvolution(int input, int output, int kernel, int stride = 1, int dilation = 1)
        : base(nameof(TimeConvolution))
    {
        _stride = [1, stride];
        _dilation = [1, dilation];
        _padding = [0, dilation * (kernel / 2)];
        weight = LearnedTensor.Uniform([output, input, kernel], 1 / Math.Sqrt(input * kernel));
        RegisterComponents();
    }

    public bool TrainsInBFloat16 { get; set; }

    public override torch.Tensor forward(torch.Tensor input)
    {
        using var scope = torch.NewDisposeScope();
        var kernel = weight.unsqueeze(2);
        if (!TrainsInBFloat16 || !training)
        {
            return Convolve(input, kernel).MoveToOuterDisposeScope();
        }

        return Convolve(input.to_type(torch.ScalarType.BFloat16), kernel.to_type(torch.ScalarType.BFloat16))
            .to_type(torch.ScalarType.Float32).MoveToOuterDisposeScope();
    }

    private torch.Tensor Convolve(torch.Tensor input, torch.Tensor kernel) =>
        torch.nn.functional.conv2d(input, kernel, null, _stride, _padding, _dilation, 1);
}
