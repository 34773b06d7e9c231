using Speaker.Training.Tensors;
using TorchSharp;
using TorchSharp.Modules;

namespace Speaker.Training.Network;

/// <summary>
/// A convolution over frequency and time with bias, [B, C, F, T] to [B, C', ⌈F / stride⌉, ⌈T / stride⌉]: odd square
/// kernel, half a kernel of zeros on all sides. While training it may compute in bfloat16 and hand back float32.
/// </summary>
/// <remarks>One that starts from random weights has its outputs normalised by the batch, without which so deep a network
/// hardly learns; <see cref="Folded"/> is the same convolution without.</remarks>
internal sealed class PictureConvolution : torch.nn.Module<torch.Tensor, torch.Tensor>
{
    private readonly long[] _stride;
    private readonly long[] _padding;
    private readonly Parameter weight;
    private readonly Parameter bias;
    private readonly BatchNormalisation? norm;

    public PictureConvolution(int input, int output, int kernel, int stride = 1, bool normalised = false)
        : base(nameof(PictureConvolution))
    {
        _stride = [stride, stride];
        _padding = [kernel / 2, kernel / 2];
        var bound = 1 / Math.Sqrt(input * kernel * kernel);
        weight = LearnedTensor.Uniform([output, input, kernel, kernel], bound);
        bias = LearnedTensor.Uniform([output], bound);
        norm = normalised ? new BatchNormalisation(output) : null;
        RegisterComponents();
    }

    public bool TrainsInBFloat16 { get; set; }

    public override torch.Tensor forward(torch.Tensor input)
    {
        using var scope = torch.NewDisposeScope();
        var output = TrainsInBFloat16 && training
            ? Convolve(
                input.to_type(torch.ScalarType.BFloat16), weight.to_type(torch.ScalarType.BFloat16),
                bias.to_type(torch.ScalarType.BFloat16)).to_type(torch.ScalarType.Float32)
            : Convolve(input, weight, bias);
        return (norm is null ? output : norm.call(output)).MoveToOuterDisposeScope();
    }

    /// <summary>Weight and bias of the convolution that gives what this one gives in evaluation, without
    /// normalisation: w γ / σ and (b − μ) γ / σ + β.</summary>
    /// <returns>[C', C, k, k] and [C'], the caller's; null where there is no normalisation.</returns>
    public (torch.Tensor Weight, torch.Tensor Bias)? Folded()
    {
        if (norm is null)
        {
            return null;
        }

        using var noGradient = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var scale = norm.weight / norm.running_var!.Plus(norm.eps).sqrt();
        return ((weight * scale.view(-1, 1, 1, 1)).MoveToOuterDisposeScope(),
            ((bias - norm.running_mean!) * scale).Plus(norm.bias!).MoveToOuterDisposeScope());
    }

    private torch.Tensor Convolve(torch.Tensor input, torch.Tensor kernel, torch.Tensor offsets) =>
        torch.nn.functional.conv2d(
            input, input.device_type == DeviceType.CUDA ? ChannelsInnermost(kernel) : kernel, offsets, _stride, _padding,
            [1, 1], 1);

    /// <summary>The same kernel with its channels innermost in memory: a graphics processor's convolution then works and
    /// answers in that order, which it is fastest at.</summary>
    private static torch.Tensor ChannelsInnermost(torch.Tensor kernel) =>
        kernel.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);
}
