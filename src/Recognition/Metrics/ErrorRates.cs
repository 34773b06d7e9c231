using Speaker.Audio.Validation;
using Speaker.Calibration;

namespace Speaker.Metrics;

/// <summary>
/// The rate at which misses and false accepts are equally frequent, and the distance threshold there.
/// </summary>
internal readonly record struct EqualErrorRate(double Rate, double Threshold);

/// <summary>A normalised detection cost and the distance threshold that has it.</summary>
internal readonly record struct DetectionCost(double Cost, float Threshold);

/// <summary>
/// Error rates of a verification system from its scores. Scores are distances: smaller is closer, and a trial is
/// accepted where distance &lt;= threshold. FRR(t) is the share of target trials with distance &gt; t, FAR(t) the share
/// of impostor trials with distance &lt;= t.
/// </summary>
internal static class ErrorRates
{
    /// <summary>
    /// The equal error rate: the point where the line between neighbouring operating points of the ROC (one for each
    /// distinct score, so that tied trials move together) meets FAR = FRR. Linear interpolation of ROC and threshold.
    /// </summary>
    /// <exception cref="ModelException">No target or no impostor trial.</exception>
    public static EqualErrorRate Eer(ReadOnlySpan<float> targets, ReadOnlySpan<float> impostors)
    {
        var (far, frr) = (0.0, 1.0);
        var threshold = double.NaN;
        foreach (var next in Sweep(targets, impostors))
        {
            // Below the smallest distance nobody is accepted, however far below.
            threshold = double.IsNaN(threshold) ? next.Threshold : threshold;
            if (next.Far >= next.Frr)
            {
                // far - frr runs from below 0 to 0 or above on this piece.
                var part = (frr - far) / (frr - far + next.Far - next.Frr);
                return new EqualErrorRate(
                    far + (part * (next.Far - far)), threshold + (part * (next.Threshold - threshold)));
            }

            (far, frr, threshold) = (next.Far, next.Frr, next.Threshold);
        }

        throw new InvalidOperationException("The last threshold accepts everybody: FAR 1, FRR 0.");
    }

    /// <summary>
    /// The least detection cost over all thresholds, miss and false accept costing 1 each, as a multiple of what a
    /// system that always gives the cheaper answer would cost: min over t of (p FRR + (1-p) FAR) / min(p, 1-p).
    /// </summary>
    /// <returns>The cost, and the strictest threshold that has it: minus infinity where accepting nobody
    /// does.</returns>
    public static DetectionCost LeastCost(
        ReadOnlySpan<float> targets, ReadOnlySpan<float> impostors, double targetPrior)
    {
        CheckPrior(targetPrior);
        var best = new DetectionCost(Cost(1, 0, targetPrior), float.NegativeInfinity);
        foreach (var point in Sweep(targets, impostors))
        {
            var cost = Cost(point.Frr, point.Far, targetPrior);
            if (cost < best.Cost)
            {
                best = new DetectionCost(cost, point.Threshold);
            }
        }

        return best;
    }

    /// <summary>The cost alone of <see cref="LeastCost"/>.</summary>
    public static double MinDcf(ReadOnlySpan<float> targets, ReadOnlySpan<float> impostors, double targetPrior) =>
        LeastCost(targets, impostors, targetPrior).Cost;

    /// <summary>
    /// The normalised detection cost of deciding by log-likelihood ratios at the Bayes threshold of the prior,
    /// log((1-p)/p): what the system costs in use, against <see cref="LeastCost"/> with hindsight.
    /// </summary>
    /// <param name="targetRatios">Of the target trials, in nats, as <see cref="ScoreCalibration"/> gives them.</param>
    /// <param name="impostorRatios">Of the impostor trials.</param>
    /// <param name="targetPrior">Above 0, below 1.</param>
    public static double ActDcf(
        ReadOnlySpan<double> targetRatios, ReadOnlySpan<double> impostorRatios, double targetPrior)
    {
        CheckPrior(targetPrior);
        CheckCounts(targetRatios.Length, impostorRatios.Length);
        var bayes = Math.Log((1 - targetPrior) / targetPrior);
        var (missed, falselyAccepted) = (0, 0);
        foreach (var ratio in targetRatios)
        {
            missed += ratio < bayes ? 1 : 0;
        }

        foreach (var ratio in impostorRatios)
        {
            falselyAccepted += ratio >= bayes ? 1 : 0;
        }

        return Cost(
            (double)missed / targetRatios.Length, (double)falselyAccepted / impostorRatios.Length, targetPrior);
    }

    /// <summary>
    /// The cost of log-likelihood ratios (Brümmer and du Preez, "Application-independent evaluation of speaker
    /// detection", 2006) in bits: 0 is perfect, 1 is what a system that says nothing makes, more is worse than saying
    /// nothing.
    /// </summary>
    /// <param name="targetRatios">As for <see cref="ActDcf"/>.</param>
    /// <param name="impostorRatios">Of the impostor trials.</param>
    public static double Cllr(ReadOnlySpan<double> targetRatios, ReadOnlySpan<double> impostorRatios)
    {
        CheckCounts(targetRatios.Length, impostorRatios.Length);
        var (target, impostor) = (0.0, 0.0);
        foreach (var ratio in targetRatios)
        {
            target += SoftPlus(-ratio);
        }

        foreach (var ratio in impostorRatios)
        {
            impostor += SoftPlus(ratio);
        }

        return ((target / targetRatios.Length) + (impostor / impostorRatios.Length)) / (2 * Math.Log(2));
    }

    /// <summary>The share of target trials refused and of impostor trials accepted at a threshold.</summary>
    public static (double Frr, double Far) At(
        double threshold, ReadOnlySpan<float> targets, ReadOnlySpan<float> impostors)
    {
        CheckCounts(targets.Length, impostors.Length);
        var (missed, falselyAccepted) = (0, 0);
        foreach (var distance in targets)
        {
            missed += distance > threshold ? 1 : 0;
        }

        foreach (var distance in impostors)
        {
            falselyAccepted += distance <= threshold ? 1 : 0;
        }

        return ((double)missed / targets.Length, (double)falselyAccepted / impostors.Length);
    }

    internal static double Cost(double frr, double far, double prior) =>
        ((prior * frr) + ((1 - prior) * far)) / Math.Min(prior, 1 - prior);

    /// <summary>log(1 + e^x) without overflow.</summary>
    internal static double SoftPlus(double x) => Math.Max(x, 0) + Math.Log(1 + Math.Exp(-Math.Abs(x)));

    private static (float[] Targets, float[] Impostors) Sorted(
        ReadOnlySpan<float> targets, ReadOnlySpan<float> impostors)
    {
        CheckCounts(targets.Length, impostors.Length);
        var (t, n) = (targets.ToArray(), impostors.ToArray());
        Array.Sort(t);
        Array.Sort(n);
        // NaN sorts first, so one look finds any.
        if (float.IsNaN(t[0]) || float.IsNaN(n[0]))
        {
            throw new ModelException("A distance is not a number: the model's weights or an embedding are damaged.");
        }

        return (t, n);
    }

    /// <summary>The rates at every distinct distance, from the smallest on.</summary>
    /// <exception cref="ModelException">No target or no impostor trial, or a distance that is no number.</exception>
    internal static List<OperatingPoint> Sweep(ReadOnlySpan<float> targets, ReadOnlySpan<float> impostors)
    {
        var (t, n) = Sorted(targets, impostors);
        var points = new List<OperatingPoint>();
        var (accepted, falselyAccepted) = (0, 0);
        while (accepted < t.Length || falselyAccepted < n.Length)
        {
            var next = accepted == t.Length ? n[falselyAccepted]
                : falselyAccepted == n.Length ? t[accepted]
                : Math.Min(t[accepted], n[falselyAccepted]);
            accepted = SkipUpTo(t, accepted, next);
            falselyAccepted = SkipUpTo(n, falselyAccepted, next);
            points.Add(new OperatingPoint(
                (double)falselyAccepted / n.Length, 1.0 - ((double)accepted / t.Length), next));
        }

        return points;
    }

    private static int SkipUpTo(float[] sorted, int from, float limit)
    {
        while (from < sorted.Length && sorted[from] <= limit)
        {
            from++;
        }

        return from;
    }

    private static void CheckCounts(int targets, int impostors)
    {
        if (targets == 0 || impostors == 0)
        {
            throw new ModelException(
                $"Given are {targets} target and {Plural.Of(impostors, "impostor trial")}; an error rate needs at "
                + "least one of each. Two recordings of one speaker make a target trial, two speakers an "
                + "impostor trial.");
        }
    }

    private static void CheckPrior(double prior)
    {
        if (!(prior is > 0 and < 1))
        {
            throw new ModelException(Bounds.Sentence("prior of a target trial", Bounds.Text(prior), Bounds.From(0, 1)));
        }
    }
}
