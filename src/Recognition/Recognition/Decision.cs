namespace Speaker.Recognition;

/// <summary>The answer to a trial.</summary>
internal enum Decision
{
    Accept,
    Reject,

    /// <summary>The recording does not allow an answer; the reason says why.</summary>
    Inconclusive,
}

/// <summary>A distance at or below <paramref name="Value"/> is a match.</summary>
/// <param name="Value">Cosine distance, 0 to 2.</param>
/// <param name="TargetFar">The false-acceptance rate it was chosen for; null if the caller set the value.</param>
/// <param name="IsMeasured">False where it was taken over from the model that this one was trained from.</param>
internal sealed record DecisionThreshold(double Value, double? TargetFar, bool IsMeasured = true);

/// <summary>The answer to "is this NAME?".</summary>
/// <param name="Distance">Cosine distance to the voiceprint; null if there is no decision.</param>
/// <param name="Quality">How good the recording was for this; null if there is no decision.</param>
/// <param name="LogLikelihoodRatio">
/// How much more likely the distance is from the speaker than from another, natural logarithm; null if there is no
/// decision or the model has no score calibration. With prior odds it gives the odds; alone it is no probability.
/// </param>
internal sealed record Verification(
    string Speaker,
    Decision Decision,
    double? Distance,
    DecisionThreshold Threshold,
    string Reason,
    double TotalSeconds,
    double SpeechSeconds,
    string ModelHash,
    SampleQuality? Quality,
    double? LogLikelihoodRatio);

/// <summary>An enrolled speaker at a distance.</summary>
internal sealed record Candidate(string Speaker, double Distance);

/// <summary>The answer to "who is this?".</summary>
/// <param name="Speaker">The speaker, if it is one; null for nobody.</param>
/// <param name="Margin">How much farther the runner-up is; null where only one speaker is enrolled.</param>
/// <param name="Candidates">The nearest speakers, nearest first.</param>
internal sealed record Identification(
    string? Speaker,
    Decision Decision,
    DecisionThreshold Threshold,
    double? Margin,
    double MinimumMargin,
    string Reason,
    double TotalSeconds,
    double SpeechSeconds,
    string ModelHash,
    IReadOnlyList<Candidate> Candidates);
