using Speaker.Audio.Validation;
using Speaker.Metrics;
using Speaker.Numerics;

namespace Speaker.Calibration;

/// <summary>
/// Logistic regression with both kinds of trial weighing the same, however many there are of each: the linear
/// log-likelihood ratio with the least Cllr (Brümmer and du Preez, 2006). Newton's method with step halving; the loss is
/// convex, so what it finds is the optimum.
/// </summary>
internal static class LogisticRegression
{
    // A whisper of a ridge on all but the offset: without it trials that a value separates ask for infinite weights.
    internal const double Ridge = 1e-6;

    /// <param name="targets">Values of each target trial, all of one length K.</param>
    /// <param name="impostors">Values of each impostor trial.</param>
    /// <returns>K weights and, last, the offset, in nats.</returns>
    /// <exception cref="ModelException">No target or no impostor trial.</exception>
    public static double[] Fit(IReadOnlyList<double[]> targets, IReadOnlyList<double[]> impostors)
    {
        if (targets.Count == 0 || impostors.Count == 0)
        {
            throw new ModelException(
                $"Given are {targets.Count} target and {Plural.Of(impostors.Count, "impostor trial")}; a calibration "
                + "needs both.");
        }

        var weights = new double[targets[0].Length + 1];
        var loss = Loss(targets, impostors, weights);
        for (var iteration = 0; iteration < 100; iteration++)
        {
            var step = NewtonStep(targets, impostors, weights);
            var better = weights;
            var betterLoss = loss;
            for (var length = 1.0; length > 1e-6; length /= 2)
            {
                better = [.. weights.Select((weight, i) => weight - (length * step[i]))];
                betterLoss = Loss(targets, impostors, better);
                if (betterLoss < loss)
                {
                    break;
                }
            }

            if (!(betterLoss < loss))
            {
                break;
            }

            var gain = loss - betterLoss;
            (weights, loss) = (better, betterLoss);
            if (gain < 1e-13)
            {
                break;
            }
        }

        return weights;
    }

    /// <summary>Weights times values, plus the offset.</summary>
    private static double Value(double[] weights, double[] values)
    {
        var sum = weights[^1];
        for (var i = 0; i < values.Length; i++)
        {
            sum += weights[i] * values[i];
        }

        return sum;
    }

    private static double Loss(
        IReadOnlyList<double[]> targets, IReadOnlyList<double[]> impostors, double[] weights)
    {
        var (target, impostor, squares) = (0.0, 0.0, 0.0);
        foreach (var values in targets)
        {
            target += ErrorRates.SoftPlus(-Value(weights, values));
        }

        foreach (var values in impostors)
        {
            impostor += ErrorRates.SoftPlus(Value(weights, values));
        }

        for (var i = 0; i < weights.Length - 1; i++)
        {
            squares += weights[i] * weights[i];
        }

        return (target / targets.Count) + (impostor / impostors.Count) + (Ridge / 2 * squares);
    }

    private static double[] NewtonStep(
        IReadOnlyList<double[]> targets, IReadOnlyList<double[]> impostors, double[] weights)
    {
        var size = weights.Length;
        var gradient = new double[size];
        var curvature = new double[size, size];
        for (var i = 0; i < size - 1; i++)
        {
            gradient[i] = Ridge * weights[i];
            curvature[i, i] = Ridge;
        }

        curvature[size - 1, size - 1] = 1e-12;
        Add(targets, 1);
        Add(impostors, 0);
        return SymmetricSystem.Solve(curvature, gradient);

        void Add(IReadOnlyList<double[]> trials, int kind)
        {
            var share = 1.0 / trials.Count;
            foreach (var values in trials)
            {
                var posterior = 1 / (1 + Math.Exp(-Value(weights, values)));
                var slope = share * (posterior - kind);
                var curve = share * posterior * (1 - posterior);
                for (var i = 0; i < size; i++)
                {
                    var value = i < values.Length ? values[i] : 1;
                    gradient[i] += slope * value;
                    for (var j = 0; j <= i; j++)
                    {
                        curvature[i, j] += curve * value * (j < values.Length ? values[j] : 1);
                    }
                }
            }
        }
    }
}
