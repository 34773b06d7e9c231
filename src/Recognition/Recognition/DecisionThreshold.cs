namespace Speaker.Recognition;

/// <summary>A distance at or below <paramref name="Value"/> is a match.</summary>
/// <param name="Value">As the model's scorer gives distances.</param>
/// <param name="TargetFar">The false-accept rate that was asked for; null if the caller set the value.</param>
/// <param name="CalibratedFar">The rate that the value was calibrated for: the asked one, or the next stricter one that
/// the model has. Null if the caller set the value.</param>
/// <param name="CalibratedOn">Whose trials the calibration is from; null where nobody said.</param>
/// <param name="IsMeasured">False where it was taken over from the model that this one was trained from.</param>
internal sealed record DecisionThreshold(
    double Value, double? TargetFar, double? CalibratedFar = null, string? CalibratedOn = null, bool IsMeasured = true);
