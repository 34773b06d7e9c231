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

    /// <summary>The threshold of one trial, which moves with its length and condition; the same one where it was set by the
    /// caller, the card has none for trials, or nothing is known of this one.</summary>
    /// <param name="threshold">From <see cref="For"/>.</param>
    /// <param name="quality">Null where it is not known.</param>
    public DecisionThreshold Of(DecisionThreshold threshold, TrialQuality? quality) =>
        LinesFor(threshold) is { } lines && quality is { } known
            ? threshold with { Value = lines.ThresholdFor(threshold.CalibratedFar!.Value, known) }
            : threshold;

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
