using Speaker.Audio.Validation;
using Speaker.Calibration;
using Speaker.Inference;
using Speaker.Scoring;

namespace Speaker.Recognition;

/// <summary>Thresholds of the encoder in use, from its card: a threshold belongs to a model and its
/// calibration.</summary>
internal sealed class DecisionThresholds(VoiceEncoder encoder)
{
    private readonly ThresholdTable _table = new(encoder.Card.Calibration);

    /// <summary>The distance that was set, or the card's for a false-accept rate.</summary>
    /// <exception cref="ModelException">The card has no threshold for that rate.</exception>
    public DecisionThreshold For(double? set, double targetFar)
    {
        if (set is { } value)
        {
            return new DecisionThreshold(value, null);
        }

        var point = _table.PointFor(targetFar);
        return new DecisionThreshold(
            point.Threshold, targetFar, point.TargetFar, encoder.Card.CalibratedOn, point.ImpostorTrials > 0);
    }

    /// <summary>A threshold that keeps to a rate too: the stricter of the two. Below the strictest rate of the card it is
    /// continued, and not measured.</summary>
    /// <param name="threshold">From <see cref="For"/>; a distance that was set stays.</param>
    /// <param name="rate">Above 0.</param>
    /// <exception cref="ModelException">The card has one rate alone, from which nothing can be continued.</exception>
    public DecisionThreshold Within(DecisionThreshold threshold, double rate)
    {
        if (threshold.TargetFar is not { } asked || rate >= asked)
        {
            return threshold;
        }

        var points = _table.Points;
        if (rate >= points[0].TargetFar)
        {
            return For(null, rate);
        }

        return points.Count < 2
            ? throw new ModelException(
                $"the model is calibrated for a false-accept rate of {Bounds.Text(points[0].TargetFar)} alone, and so " +
                $"many speakers need {Bounds.Text(rate)}: calibrate it for two rates or more, or leave GalleryFar out")
            : new DecisionThreshold(
                ThresholdTail.At(
                    rate, points[0].TargetFar, points[0].Threshold, points[1].TargetFar, points[1].Threshold),
                rate, rate, encoder.Card.CalibratedOn, IsMeasured: false);
    }

    /// <summary>The threshold of one trial, which moves with its length and condition; the same one where it was set by the
    /// caller, the card has none for trials, or nothing is known of this one.</summary>
    /// <param name="threshold">From <see cref="For"/> or <see cref="Within"/>.</param>
    /// <param name="quality">Null where it is not known.</param>
    public DecisionThreshold Of(DecisionThreshold threshold, TrialQuality? quality)
    {
        if (threshold.CalibratedFar is not { } far || quality is not { } known
            || encoder.Card.TrialThresholds is not { } lines)
        {
            return threshold;
        }

        if (lines.Has(far))
        {
            return threshold with { Value = lines.ThresholdFor(far, known) };
        }

        return far < lines.Rates[0].TargetFar && lines.Rates.Count > 1
            ? threshold with
            {
                Value = ThresholdTail.At(
                    far, lines.Rates[0].TargetFar, lines.ThresholdFor(lines.Rates[0].TargetFar, known),
                    lines.Rates[1].TargetFar, lines.ThresholdFor(lines.Rates[1].TargetFar, known)),
            }
            : threshold;
    }

    /// <summary>See <see cref="TrialThresholds.MissingSeconds"/>; null too where the card has no thresholds for
    /// trials.</summary>
    /// <param name="threshold">From <see cref="Of"/>.</param>
    /// <param name="quality">Null where it is not known.</param>
    /// <param name="distance">Beyond the threshold.</param>
    public double? MissingSeconds(DecisionThreshold threshold, TrialQuality? quality, double distance) =>
        LinesFor(threshold) is { } lines && quality is { } known
            ? lines.MissingSeconds(threshold.CalibratedFar!.Value, known, distance - threshold.Value)
            : null;

    private TrialThresholds? LinesFor(DecisionThreshold threshold) =>
        threshold.CalibratedFar is { } far && encoder.Card.TrialThresholds is { } lines && lines.Has(far) ? lines : null;

    /// <summary>From distance and quality to a log-likelihood ratio; null if the model has no score
    /// calibration.</summary>
    public ScoreCalibration? Scores => encoder.Card.Scores;

    /// <summary>The card's threshold for its strictest rate, or null if the model has never been calibrated.</summary>
    public DecisionThreshold? Strictest => _table.Points.Count == 0 ? null : For(null, _table.Points[0].TargetFar);
}
