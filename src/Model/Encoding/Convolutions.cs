using TorchSharp;
using TorchSharp.Modules;

namespace Speaker.Model.Encoding;

/// <summary>
/// A convolution without bias (a normalisation follows) that keeps frames in place: odd kernel, half a kernel of zeros
/// at both ends. While training it may compute in bfloat16 and hand back float32, so that normalisation, loss and
/// weights keep their precision. Inference is float32 always.
/// </summary>
internal abstract class Convolution : torch.nn.Module<torch.Tensor, torch.Tensor>
{
    // Registered by field name, which is also the name in the weights file.
    private protected readonly Parameter weight;

    private protected Convolution(string name, params long[] shape)
        : base(name)
    {
        var fanIn = 1L;
        for (var i = 1; i < shape.Length; i++)
            fanIn *= shape[i];
        var bound = 1 / Math.Sqrt(fanIn);
        weight = new Parameter(torch.rand(shape) * (2 * bound) - bound);
    }

    public bool TrainsInBFloat16 { get; set; }

    public override torch.Tensor forward(torch.Tensor input)
    {
        if (!TrainsInBFloat16 || !training)
            return Convolve(input, weight);
        using var scope = torch.NewDisposeScope();
        return Convolve(input.to_type(torch.ScalarType.BFloat16), weight.to_type(torch.ScalarType.BFloat16))
            .to_type(torch.ScalarType.Float32).MoveToOuterDisposeScope();
    }

    private protected abstract torch.Tensor Convolve(torch.Tensor input, torch.Tensor kernel);
}

/// <summary>Over time: [B, C, T] to [B, C', ⌈T / stride⌉].</summary>
internal sealed class TimeConvolution : Convolution
{
    private readonly long _stride;
    private readonly long _padding;
    private readonly long _dilation;

    public TimeConvolution(int input, int output, int kernel, int stride = 1, int dilation = 1)
        : base(nameof(TimeConvolution), output, input, kernel)
    {
        _stride = stride;
        _dilation = dilation;
        _padding = dilation * (kernel / 2);
        RegisterComponents();
    }

    private protected override torch.Tensor Convolve(torch.Tensor input, torch.Tensor kernel) =>
        torch.nn.functional.conv1d(input, kernel, null, _stride, _padding, _dilation, 1);
}

/// <summary>Over frequency and time: [B, C, F, T] to [B, C', ⌈F / stride⌉, ⌈T / stride⌉].</summary>
internal sealed class MapConvolution : Convolution
{
    private readonly long[] _strides;
    private readonly long[] _padding;

    public MapConvolution(int input, MapStage output, int kernel)
        : base(nameof(MapConvolution), output.Channels, input, kernel, kernel)
    {
        _strides = [output.FrequencyStride, output.TimeStride];
        _padding = [kernel / 2, kernel / 2];
        RegisterComponents();
    }

    private protected override torch.Tensor Convolve(torch.Tensor input, torch.Tensor kernel) =>
        torch.nn.functional.conv2d(input, kernel, null, _strides, _padding, [1, 1], 1);
}
