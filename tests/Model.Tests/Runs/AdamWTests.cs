using Speaker.Training.Runs;
using Speaker.Training.Tensors;
using TorchSharp;
using Parameter = TorchSharp.Modules.Parameter;

namespace Speaker.Training.Tests.Runs;

public class AdamWTests
{
    private const double Rate = 0.01;

    [Fact]
    public void Step_TwentySteps_EqualsThePapersLoop()
    {
        using var scope = torch.NewDisposeScope();
        double[] first = [0.5, -2, 3e-3];
        var parameter = Learned(first);
        using var optimiser = new AdamW(Group(0.1, ("x", parameter))) { LearningRate = Rate };
        var (expected, mean, square) = ((double[])first.Clone(), new double[3], new double[3]);
        for (var step = 1; step <= 20; step++)
        {
            // The gradient of x³ · step.
            var gradient = Array.ConvertAll(expected, x => 3 * x * x * step);
            for (var i = 0; i < expected.Length; i++)
            {
                mean[i] = (0.9 * mean[i]) + (0.1 * gradient[i]);
                square[i] = (0.999 * square[i]) + (0.001 * gradient[i] * gradient[i]);
                var meanHat = mean[i] / (1 - Math.Pow(0.9, step));
                var squareHat = square[i] / (1 - Math.Pow(0.999, step));
                expected[i] -= Rate * ((meanHat / (Math.Sqrt(squareHat) + 1e-8)) + (0.1 * expected[i]));
            }

            Learn(optimiser, (parameter * parameter * parameter).Times(step));
            Assert.All(
                expected.Zip(parameter.data<double>().ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
        }
    }

    [Fact]
    public void Step_ParameterWithoutAGradient_StaysWithItsMoments()
    {
        using var scope = torch.NewDisposeScope();
        var (used, idle) = (Learned([1]), Learned([1]));
        using var optimiser = new AdamW(Group(0.5, ("used", used), ("idle", idle))) { LearningRate = Rate };
        Learn(optimiser, (used * idle).sum());
        var before = (Value(idle), Value(Of(optimiser, "mean.idle")), Value(Of(optimiser, "square.idle")));
        Learn(optimiser, used.sum());
        Assert.Equal(
            before, (Value(idle), Value(Of(optimiser, "mean.idle")), Value(Of(optimiser, "square.idle"))));
        Assert.Equal([2, 1], Of(optimiser, "steps").data<long>().ToArray());
    }

    [Fact]
    public void State_CopiedIntoAnother_GoesOnTheSame()
    {
        using var scope = torch.NewDisposeScope();
        var (parameter, copy) = (Learned([3, -1]), Learned([0, 0]));
        using var optimiser = new AdamW(Group(0.1, ("x", parameter))) { LearningRate = Rate };
        using var other = new AdamW(Group(0.1, ("x", copy))) { LearningRate = Rate };
        for (var i = 0; i < 3; i++)
        {
            Learn(optimiser, (parameter * parameter).sum());
        }

        ModuleState.Copy(
            optimiser.State.Append(("x", parameter)).ToDictionary(item => item.Item1, item => item.Item2),
            other.State.Append(("x", copy)).ToDictionary(item => item.Item1, item => item.Item2));
        Learn(optimiser, (parameter * parameter).sum());
        Learn(other, (copy * copy).sum());
        Assert.Equal(parameter.data<double>().ToArray(), copy.data<double>().ToArray());
    }

    private static void Learn(AdamW optimiser, torch.Tensor loss)
    {
        optimiser.ForgetGradients();
        loss.sum().backward();
        optimiser.Step();
    }

    private static Parameter Learned(double[] values) =>
        LearnedTensor.StartingAt(() => torch.tensor(values, [values.Length]));

    private static ParameterGroup Group(double decay, params (string, Parameter)[] parameters) => new(parameters, decay);

    private static torch.Tensor Of(AdamW optimiser, string name) =>
        optimiser.State.Single(item => item.Name == name).Tensor;

    private static double Value(torch.Tensor tensor) => tensor.detach().item<double>();
}
