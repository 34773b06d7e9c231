using Speaker.Audio.Validation;

namespace Speaker.Calibration;

/// <summary>Sets thresholds from the distances of impostor trials.</summary>
internal static class ImpostorThresholds
{
    /// <summary>
    /// The rule of three: no error in N independent trials bounds the rate by 3/N at 95 % confidence. Trials share
    /// speakers and so are not independent; the true bound is weaker, never stronger.
    /// </summary>
    private const double RuleOfThree = 3;

    /// <summary>The strictest false-accept rate that this many impostor trials say anything about.</summary>
    public static double StrictestRate(long impostorTrials) => impostorTrials <= 0 ? 1 : RuleOfThree / impostorTrials;

    /// <summary>How many impostor trials a rate takes.</summary>
    public static long TrialsFor(double targetFar) => (long)Math.Ceiling(RuleOfThree / targetFar);

    /// <summary>
    /// The largest measured distance at which no more than the target share of the impostors is accepted (accepted means
    /// at or below), so the threshold is never above the measured quantile.
    /// </summary>
    /// <param name="impostorDistances">Distances of trials between different speakers, in any order.</param>
    /// <param name="targetFar">Above 0, below 1.</param>
    /// <exception cref="ModelException">
    /// The rate is no rate, there are fewer trials than it takes, or so many distances are equal that none fits.
    /// </exception>
    public static CalibrationPoint ThresholdFor(ReadOnlySpan<float> impostorDistances, double targetFar)
    {
        if (!(targetFar is > 0 and < 1))
        {
            throw new ModelException(
                Bounds.Sentence("target false-acceptance rate", Bounds.Text(targetFar), Bounds.Rate));
        }

        if (impostorDistances.Length < TrialsFor(targetFar))
        {
            throw new ModelException(
                $"a false-accept rate of {Bounds.Text(targetFar)} takes at least {TrialsFor(targetFar)} impostor trials, " +
                $"got {impostorDistances.Length}; add trials or ask for {StrictestRate(impostorDistances.Length):G3}");
        }

        foreach (var distance in impostorDistances)
        {
            if (!float.IsFinite(distance))
            {
                throw new ModelException($"a distance is a finite number, got {distance}");
            }
        }

        var sorted = impostorDistances.ToArray();
        Array.Sort(sorted);
        var accepted = (int)Math.Floor(targetFar * sorted.Length);
        // Equal distances are accepted together or not at all.
        var firstRefused = sorted[accepted];
        while (accepted > 0 && sorted[accepted - 1] == firstRefused)
        {
            accepted--;
        }

        if (accepted == 0)
        {
            throw new ModelException(
                $"more than {Bounds.Text(targetFar)} of the impostor trials have the smallest distance " +
                $"{Bounds.Text(Math.Round(firstRefused, 3))}; " +
                "look for recordings that are in the trials twice under two names");
        }

        return new CalibrationPoint(targetFar, sorted[accepted - 1], sorted.Length);
    }

    /// <summary>One row for each rate that the trials support; stricter ones are left out.</summary>
    /// <exception cref="ModelException">As <see cref="ThresholdFor"/>, but for too few trials.</exception>
    public static ThresholdTable Tabulate(ReadOnlySpan<float> impostorDistances, params ReadOnlySpan<double> targetFars)
    {
        var points = new List<CalibrationPoint>();
        foreach (var targetFar in targetFars)
        {
            if (impostorDistances.Length >= TrialsFor(targetFar))
            {
                points.Add(ThresholdFor(impostorDistances, targetFar));
            }
        }

        return new ThresholdTable(points);
    }
}
