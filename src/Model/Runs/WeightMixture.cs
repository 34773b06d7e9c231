using Speaker.Training.Network;
using Speaker.Training.Tensors;
using TorchSharp;

namespace Speaker.Training.Runs;

/// <summary>
/// An encoder whose weights lie between those that a run started from and those that it has learnt (Wortsman et al.,
/// 2022, "Robust fine-tuning of zero-shot models"): of two encoders of one origin the mean often errs less than either.
/// </summary>
internal sealed class WeightMixture : IDisposable
{
    private readonly double _initialShare;
    private readonly Dictionary<string, torch.Tensor> _initial;
    private readonly Dictionary<string, torch.Tensor> _mixed;

    /// <param name="initial">Its weights now are those that the run starts from.</param>
    /// <param name="initialShare">What they weigh, 0 to 1.</param>
    public WeightMixture(Encoder initial, double initialShare)
    {
        _initialShare = initialShare;
        using var noGradient = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        _initial = ModuleState.Of(initial).ToDictionary(
            pair => pair.Key, pair => pair.Value.detach().clone().DetachFromDisposeScope());
        Encoder = initial.Another();
        _mixed = ModuleState.Of(Encoder);
    }

    public Encoder Encoder { get; }

    /// <summary>Mixes the weights that are learnt by now; counters and other whole numbers are the learnt ones.</summary>
    /// <returns><see cref="Encoder"/>.</returns>
    public Encoder With(Encoder learnt)
    {
        using var noGradient = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        foreach (var (name, tensor) in ModuleState.Of(learnt))
        {
            var mixed = _mixed[name];
            mixed.copy_(tensor);
            if (tensor.dtype == torch.ScalarType.Float32)
            {
                mixed.MultiplyInPlace(1 - _initialShare).AddInPlace(_initial[name], _initialShare);
            }
        }

        return Encoder;
    }

    public void Dispose()
    {
        Encoder.Dispose();
        foreach (var tensor in _initial.Values)
        {
            tensor.Dispose();
        }
    }
}
