using Speaker.Calibration;
using Speaker.Inference;

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

    /// <summary>From distance and quality to a log-likelihood ratio; null if the model has no score
    /// calibration.</summary>
    public ScoreCalibration? Scores => encoder.Card.Scores;

    /// <summary>The card's threshold for its strictest rate, or null if the model has never been calibrated.</summary>
    public DecisionThreshold? Strictest => _table.Points.Count == 0 ? null : For(null, _table.Points[0].TargetFar);
}
