using Speaker.Audio.SpeechDetection;
using Speaker.Audio.SpeechDetection.TimeDelayNetwork;
using Speaker.Training.Tensors;
using TorchSharp;
using TorchSharp.Modules;

namespace Speaker.Training.SpeechDetection;

/// <summary>A convolution over time, [B, C, 1, T] to [B, C', 1, T], as <see cref="SpeechNetworkLayer"/> defines it.</summary>
internal sealed class DetectorLayer : torch.nn.Module<torch.Tensor, torch.Tensor>
{
    private readonly SpeechNetworkLayer _shape;
    private readonly Parameter weight;
    private readonly Parameter bias;

    public DetectorLayer(int input, int output, int taps, int dilation, int ahead)
        : base(nameof(DetectorLayer))
    {
        _shape = new SpeechNetworkLayer(input, output, taps, dilation, ahead, [], []);
        weight = LearnedTensor.Uniform([output, input, taps], Math.Sqrt(3.0 / (input * taps)));
        bias = LearnedTensor.StartingAt(() => torch.zeros(new long[] { output }));
        RegisterComponents();
    }

    public override torch.Tensor forward(torch.Tensor input)
    {
        using var scope = torch.NewDisposeScope();
        var padding = (_shape.Taps - 1) * _shape.Dilation;
        return torch.nn.functional.conv2d(
                input, weight.unsqueeze(2), bias, [1, 1], [0, padding], [1, _shape.Dilation], 1)
            .narrow(3, _shape.Ahead, input.shape[3])
            .MoveToOuterDisposeScope();
    }

    public SpeechNetworkLayer ToLayer()
    {
        using var scope = torch.NewDisposeScope();
        var byTap = weight.detach().transpose(1, 2).contiguous();
        return _shape with
        {
            Weights = byTap.data<float>().ToArray(),
            Biases = bias.detach().data<float>().ToArray(),
        };
    }
}
