using Speaker.Training.Network;
using Speaker.Training.Tensors;
using TorchSharp;
using TorchSharp.Modules;

namespace Speaker.Training.Runs;

/// <summary>Parameters that share a weight decay, each with a name of its own.</summary>
internal sealed record ParameterGroup(IReadOnlyList<(string Name, Parameter Parameter)> Parameters, double WeightDecay);

/// <summary>Adam with decoupled weight decay (Loshchilov and Hutter, 2019, algorithm 2), without their schedule.</summary>
/// <remarks>
/// A parameter without a gradient is passed over: its moments and its count of steps stay. TorchSharp's own optimiser is
/// not used because its step makes numbers that nothing holds: see <see cref="TensorArithmetic"/>. Not thread safe.
/// </remarks>
internal sealed class AdamW : IDisposable
{
    private const double MeanDecay = 0.9;
    private const double SquareDecay = 0.999;
    private const double Epsilon = 1e-8;

    private readonly Moments[] _moments;
    private readonly torch.Tensor _steps;

    /// <param name="groups">All that is learnt; the names differ across groups too.</param>
    public AdamW(params IEnumerable<ParameterGroup> groups)
    {
        using var noGradient = torch.no_grad();
        _moments =
        [
            .. groups.SelectMany(group => group.Parameters.Select(
                named => new Moments(named.Name, named.Parameter, group.WeightDecay))),
        ];
        _steps = torch.zeros([_moments.Length], torch.ScalarType.Int64).DetachFromDisposeScope();
    }

    /// <summary>Of the next step; 0 until it is set.</summary>
    public double LearningRate { get; set; }

    /// <summary>
    /// What a checkpoint has to hold, the tensors themselves: the running means of gradient and squared gradient by
    /// parameter, and the steps of each parameter.
    /// </summary>
    public IEnumerable<(string Name, torch.Tensor Tensor)> State => _moments
        .SelectMany(moments => new[] { ("mean." + moments.Name, moments.Mean), ("square." + moments.Name, moments.Square) })
        .Append(("steps", _steps));

    /// <summary>Drops the gradients of the last step.</summary>
    public void ForgetGradients()
    {
        foreach (var moments in _moments)
        {
            moments.Parameter.grad = null;
        }
    }

    /// <summary>Moves every parameter that has a gradient.</summary>
    public void Step()
    {
        using var noGradient = torch.no_grad();
        var steps = _steps.data<long>();
        for (var i = 0; i < _moments.Length; i++)
        {
            using var scope = torch.NewDisposeScope();
            if (_moments[i].Parameter.grad is { } gradient)
            {
                Move(_moments[i], gradient, ++steps[i]);
            }
        }
    }

    public void Dispose()
    {
        _steps.Dispose();
        foreach (var moments in _moments)
        {
            moments.Mean.Dispose();
            moments.Square.Dispose();
        }
    }

    private void Move(Moments moments, torch.Tensor gradient, long step)
    {
        // m̂ / (√v̂ + ε), with both corrections for the first steps taken out of the fraction.
        var squareCorrection = Math.Sqrt(1 - Math.Pow(SquareDecay, step));
        var rate = LearningRate * squareCorrection / (1 - Math.Pow(MeanDecay, step));
        moments.Mean.MultiplyInPlace(MeanDecay).AddInPlace(gradient, 1 - MeanDecay);
        moments.Square.MultiplyInPlace(SquareDecay).AddProductInPlace(gradient, gradient, 1 - SquareDecay);
        if (moments.WeightDecay != 0)
        {
            moments.Parameter.MultiplyInPlace(1 - (LearningRate * moments.WeightDecay));
        }

        var root = moments.Square.sqrt().AddInPlace(Epsilon * squareCorrection);
        moments.Parameter.AddQuotientInPlace(moments.Mean, root, -rate);
    }

    private sealed class Moments(string name, Parameter parameter, double weightDecay)
    {
        public string Name { get; } = name;

        public Parameter Parameter { get; } = parameter;

        public double WeightDecay { get; } = weightDecay;

        public torch.Tensor Mean { get; } = torch.zeros_like(parameter).DetachFromDisposeScope();

        public torch.Tensor Square { get; } = torch.zeros_like(parameter).DetachFromDisposeScope();
    }
}
