using Speaker.Audio.SpeechDetection;
using Speaker.Audio.SpeechDetection.TimeDelayNetwork;
using TorchSharp;
using TorchSharp.Modules;

namespace Speaker.Training.SpeechDetection;

/// <summary>The network that is trained: what <see cref="SpeechNetwork"/> runs, with two outputs, none and speech.</summary>
internal sealed class DetectorModule : torch.nn.Module<torch.Tensor, torch.Tensor>
{
    private const int Width = 64;

    // Five taps about the frame, then ever wider and backwards: 2.2 s of past, 60 ms of future.
    private static readonly (int Taps, int Dilation, int Ahead)[] Shapes =
        [(5, 1, 2), (5, 2, 4), (4, 8, 0), (4, 20, 0), (4, 40, 0), (1, 1, 0)];

    private readonly ModuleList<DetectorLayer> layers;

    public DetectorModule()
        : base(nameof(DetectorModule))
    {
        layers = torch.nn.ModuleList<DetectorLayer>([.. Shapes.Select((shape, i) => new DetectorLayer(
            i == 0 ? SpeechFeatures.Count : Width,
            i == Shapes.Length - 1 ? 2 : Width,
            shape.Taps,
            shape.Dilation,
            shape.Ahead))]);
        RegisterComponents();
    }

    /// <param name="input">[B, features, 1, T], normalised.</param>
    /// <returns>[B, 2, 1, T].</returns>
    public override torch.Tensor forward(torch.Tensor input)
    {
        using var scope = torch.NewDisposeScope();
        for (var i = 0; i < layers.Count - 1; i++)
        {
            input = layers[i].call(input).relu();
        }

        return layers[layers.Count - 1].call(input).MoveToOuterDisposeScope();
    }

    /// <summary>The same weights as the product runs them: the last layer's outputs become their difference.</summary>
    public SpeechNetwork ToNetwork(float[] means, float[] scales)
    {
        var exported = Enumerable.Range(0, (int)layers.Count).Select(i => layers[i].ToLayer()).ToArray();
        var last = exported[^1];
        var odds = new float[last.Inputs];
        for (var i = 0; i < odds.Length; i++)
        {
            odds[i] = last.Weights[odds.Length + i] - last.Weights[i];
        }

        exported[^1] = last with { Outputs = 1, Weights = odds, Biases = [last.Biases[1] - last.Biases[0]] };
        return new SpeechNetwork(means, scales, exported);
    }
}
