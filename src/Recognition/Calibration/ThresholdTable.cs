using Speaker.Audio.Validation;

namespace Speaker.Calibration;

/// <summary>One row of a calibration: accept at or below the threshold and at most this share of impostors passes.</summary>
/// <param name="TargetFar">False-accept rate, above 0, below 1.</param>
/// <param name="Threshold">As the model's scorer gives distances; finite.</param>
/// <param name="ImpostorTrials">
/// How many trials it was measured on; 0: it was taken over from the model that this one was trained from, and not
/// measured.
/// </param>
internal sealed record CalibrationPoint(double TargetFar, float Threshold, long ImpostorTrials)
{
    /// <summary>Share of the target trials refused there; null where it was not measured.</summary>
    public double? Frr { get; init; }

    /// <summary>Low and high end of the 95 % interval over speakers of <see cref="Frr"/>.</summary>
    public IReadOnlyList<double>? FrrInterval { get; init; }

    /// <summary>The same of the share of impostors accepted.</summary>
    public IReadOnlyList<double>? FarInterval { get; init; }
}

/// <summary>
/// Which distance to accept at for which false-accept rate. A threshold belongs to a model and to the trials it was
/// calibrated on; this table is where every verb takes it from.
/// </summary>
/// <remarks>
/// Between two rows the threshold of the stricter one holds: a straight line between them may lie above the measured
/// quantile, and would promise a rate that nobody measured.
/// </remarks>
internal sealed class ThresholdTable
{
    /// <summary>Rows from the strictest rate on.</summary>
    public IReadOnlyList<CalibrationPoint> Points { get; }

    /// <exception cref="ModelException">A row is outside its range, or a stricter rate has a laxer threshold.</exception>
    public ThresholdTable(IEnumerable<CalibrationPoint> points)
    {
        var sorted = points.OrderBy(p => p.TargetFar).ToArray();
        for (var i = 0; i < sorted.Length; i++)
        {
            if (!(sorted[i].TargetFar is > 0 and < 1) || !float.IsFinite(sorted[i].Threshold))
            {
                throw new ModelException(
                    $"a calibration row needs a rate above 0 and below 1 and a threshold that is a number, got {sorted[i]}");
            }

            if (i > 0 && (sorted[i].TargetFar == sorted[i - 1].TargetFar
                || sorted[i].Threshold < sorted[i - 1].Threshold))
            {
                throw new ModelException(
                    $"the calibration rows {sorted[i - 1]} and {sorted[i]} contradict each other; calibrate again");
            }
        }

        Points = sorted;
    }

    /// <summary>The largest calibrated threshold that keeps to a false-accept rate.</summary>
    /// <exception cref="ModelException">The rate is no rate, or stricter than any that was calibrated.</exception>
    public float ThresholdFor(double targetFar) => PointFor(targetFar).Threshold;

    /// <summary>The row that <see cref="ThresholdFor"/> takes.</summary>
    /// <exception cref="ModelException">As there.</exception>
    public CalibrationPoint PointFor(double targetFar)
    {
        if (!(targetFar is > 0 and < 1))
        {
            throw new ModelException(
                Bounds.Sentence("target false-acceptance rate", Bounds.Text(targetFar), Bounds.Rate));
        }

        if (Points.Count == 0)
        {
            throw new ModelException(
                "the model has no calibration, so nobody knows which distance is near: run calibrate on trials of " +
                "your own first, or set a threshold yourself (--threshold, or the setting Threshold)");
        }

        CalibrationPoint? found = null;
        foreach (var point in Points)
        {
            if (point.TargetFar <= targetFar)
            {
                found = point;
            }
        }

        return found ?? throw new ModelException(
            $"the model is calibrated down to a false-accept rate of {Bounds.Text(Points[0].TargetFar)}, " +
            $"{Bounds.Text(targetFar)} was asked for; " +
            $"that takes at least {ImpostorThresholds.TrialsFor(targetFar)} impostor trials: calibrate on more of your own");
    }
}
