using Speaker.Metrics;
using Speaker.Numerics;

namespace Speaker.Calibration;

/// <summary>
/// Linear quantile regression (Koenker and Bassett, 1978): the line below which a share of the values lies, whatever the
/// measures beside them say. The corner of its loss is rounded off, so that the loss is smooth and convex and Newton's
/// method finds the optimum; there the share, counted softly at the line, is as asked in the mean and against every
/// measure.
/// </summary>
internal static class QuantileRegression
{
    private const double Ridge = 1e-9;

    /// <param name="measures">Of each value, all of one length K.</param>
    /// <param name="values">What the line is for.</param>
    /// <param name="shares">Weight of each value; together 1.</param>
    /// <param name="rate">Share of the values that lies below the line, above 0 and below 1.</param>
    /// <param name="softness">Over how much of the values the corner is rounded off, above 0.</param>
    /// <returns>K weights and, last, the offset.</returns>
    public static double[] Fit(
        double[][] measures, ReadOnlySpan<double> values, ReadOnlySpan<double> shares, double rate,
        double softness)
    {
        var line = new double[measures[0].Length + 1];
        line[^1] = WeightedQuantile(values, shares, rate);
        var loss = Loss(measures, values, shares, rate, softness, line);
        for (var iteration = 0; iteration < 100; iteration++)
        {
            var step = NewtonStep(measures, values, shares, rate, softness, line);
            var better = line;
            var betterLoss = loss;
            for (var length = 1.0; length > 1e-7; length /= 2)
            {
                better = [.. line.Select((weight, i) => weight - (length * step[i]))];
                betterLoss = Loss(measures, values, shares, rate, softness, better);
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
            (line, loss) = (better, betterLoss);
            if (gain < 1e-12)
            {
                break;
            }
        }

        return line;
    }

    /// <summary>The largest of the values that no more than a share of them, by weight, lies at or below; the smallest
    /// value where there is none.</summary>
    public static double WeightedQuantile(ReadOnlySpan<double> values, ReadOnlySpan<double> shares, double rate)
    {
        var (sorted, weights) = (values.ToArray(), shares.ToArray());
        Array.Sort(sorted, weights);
        var (below, total) = (0.0, weights.Sum());
        var found = sorted[0];
        for (var i = 0; i < sorted.Length; i++)
        {
            below += weights[i];
            if (below > rate * total)
            {
                break;
            }

            found = sorted[i];
        }

        return found;
    }

    private static double Line(double[] line, double[] measures)
    {
        var sum = line[^1];
        for (var i = 0; i < measures.Length; i++)
        {
            sum += line[i] * measures[i];
        }

        return sum;
    }

    private static double Loss(
        double[][] measures, ReadOnlySpan<double> values, ReadOnlySpan<double> shares, double rate,
        double softness, double[] line)
    {
        var loss = 0.0;
        for (var i = 0; i < values.Length; i++)
        {
            var beyond = values[i] - Line(line, measures[i]);
            loss += shares[i] * ((rate * beyond) + (softness * ErrorRates.SoftPlus(-beyond / softness)));
        }

        for (var i = 0; i < line.Length - 1; i++)
        {
            loss += Ridge / 2 * line[i] * line[i];
        }

        return loss;
    }

    private static double[] NewtonStep(
        double[][] measures, ReadOnlySpan<double> values, ReadOnlySpan<double> shares, double rate,
        double softness, double[] line)
    {
        var size = line.Length;
        var gradient = new double[size];
        var curvature = new double[size, size];
        for (var i = 0; i < size - 1; i++)
        {
            gradient[i] = Ridge * line[i];
            curvature[i, i] = Ridge;
        }

        curvature[size - 1, size - 1] = 1e-12;
        for (var t = 0; t < values.Length; t++)
        {
            var row = measures[t];
            var below = 1 / (1 + Math.Exp((values[t] - Line(line, row)) / softness));
            var slope = shares[t] * (below - rate);
            var curve = shares[t] * below * (1 - below) / softness;
            for (var i = 0; i < size; i++)
            {
                var value = i < row.Length ? row[i] : 1;
                gradient[i] += slope * value;
                for (var j = 0; j <= i; j++)
                {
                    curvature[i, j] += curve * value * (j < row.Length ? row[j] : 1);
                }
            }
        }

        return SymmetricSystem.Solve(curvature, gradient);
    }
}
