using Speaker.Training.Network;
using Speaker.Training.Tensors;
using TorchSharp;

namespace Speaker.Training.Runs;

/// <summary>
/// A second encoder whose weights and running statistics are the exponential average of the first one's (Polyak and
/// Juditsky, 1992): what a step happened to do last weighs little in it.
/// </summary>
internal sealed class WeightAverage : IDisposable
{
    private readonly double _decay;
    private readonly List<(torch.Tensor From, torch.Tensor To)> _averaged = [];
    private readonly List<(torch.Tensor From, torch.Tensor To)> _copied = [];

    public WeightAverage(Encoder source, double decay)
    {
        _decay = decay;
        Encoder = source.Another();
        var (from, to) = (ModuleState.Of(source), ModuleState.Of(Encoder));
        foreach (var (name, tensor) in from)
        {
            var pair = (tensor, to[name]);
            (tensor.dtype == torch.ScalarType.Float32 ? _averaged : _copied).Add(pair);
        }

        ModuleState.Copy(from, to);
    }

    public Encoder Encoder { get; }

    /// <summary>Takes in the source's state after a step (from 0); early on the average is that of few steps.</summary>
    public void Update(int step)
    {
        using var noGradient = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var decay = Math.Min(_decay, (1.0 + step) / (10.0 + step));
        foreach (var (from, to) in _averaged)
        {
            to.MultiplyInPlace(decay).AddInPlace(from, 1 - decay);
        }

        foreach (var (from, to) in _copied)
        {
            to.copy_(from);
        }
    }

    public void Dispose() => Encoder.Dispose();
}
