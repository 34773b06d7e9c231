namespace Speaker.Recognition;

/// <summary>A distance at or below <paramref name="Value"/> is a match.</summary>
/// <param name="Value">Cosine distance, 0 to 2.</param>
/// <param name="TargetFar">The false-accept rate it was chosen for; null if the caller set the value.</param>
/// <param name="IsMeasured">False where it was taken over from the model that this one was trained from.</param>
internal sealed record DecisionThreshold(double Value, double? TargetFar, bool IsMeasured = true);
