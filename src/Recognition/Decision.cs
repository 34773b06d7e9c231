using Speaker.Audio;

namespace Speaker;

/// <summary>The answer to "is this NAME?", to "who is this?" and to "are these two the same voice?".</summary>
public sealed record Decision
{
    /// <summary>The answer.</summary>
    public required Outcome Outcome { get; init; }

    /// <summary>Why, for programs.</summary>
    public required Reason Reason { get; init; }

    /// <summary>Why, in one sentence.</summary>
    public required string Message { get; init; }

    /// <summary>The speaker that was claimed or found; null where nobody was found, or where two recordings were
    /// compared.</summary>
    public string? Speaker { get; init; }

    /// <summary>
    /// To the claimed speaker or to the nearest one, smaller is closer. Of a model without a cohort 1 − cosine of the two
    /// embeddings, 0 to 2; a cohort normalises it, and the same recording may then be below 0. Null where there is nothing
    /// to compare.
    /// </summary>
    public double? Distance { get; init; }

    /// <summary>A distance at or below this is a match. Where the model is calibrated for lengths and conditions it is the
    /// threshold of this trial.</summary>
    public required double Threshold { get; init; }

    /// <summary>The false-accept rate that was asked for; null where the options give the threshold.</summary>
    public double? TargetFar { get; init; }

    /// <summary>
    /// The false-accept rate that the threshold was calibrated for: <see cref="TargetFar"/> or, where the model was not
    /// calibrated for that, the next stricter rate. Null where the options give the threshold.
    /// </summary>
    public double? CalibratedFar { get; init; }

    /// <summary>Whose trials the threshold was calibrated on, in words; null where the options give the threshold, or the
    /// model does not say.</summary>
    public string? CalibratedOn { get; init; }

    /// <summary>False where the model took the threshold over from the one that it was trained from, unmeasured.</summary>
    public bool IsThresholdMeasured { get; init; } = true;

    /// <summary>How much farther than the nearest speaker the runner-up is; null but for an identification among
    /// several.</summary>
    public double? Margin { get; init; }

    /// <summary>The nearest speakers, nearest first; empty but for an identification.</summary>
    public IReadOnlyList<Candidate> Candidates { get; init; } = [];

    /// <summary>How many enrolled speakers the recording was held against; null but for an identification.</summary>
    public int? Searched { get; init; }

    /// <summary>The share of strangers that are given a name, whoever's, is at most this: <see cref="CalibratedFar"/>
    /// times <see cref="Searched"/>, and not above 1. Null but for an identification, or where the options give the
    /// threshold.</summary>
    public double? GalleryFar { get; init; }

    /// <summary>
    /// How much more likely the distance is from the speaker than from another, natural logarithm; null where the model
    /// has no score calibration. With prior odds it gives the odds; alone it is no probability.
    /// </summary>
    public double? LogLikelihoodRatio { get; init; }

    /// <summary>Length of the recording, in seconds.</summary>
    public double TotalSeconds { get; init; }

    /// <summary>Seconds of it that are speech.</summary>
    public double SpeechSeconds { get; init; }

    /// <summary>Level, noise, clipping and bandwidth of the recording; null where it was not judged.</summary>
    public AudioQuality? Quality { get; init; }

    /// <summary>How many more seconds of speech the shorter of recording and voiceprint needs for the right speaker to be
    /// accepted as a rule; null unless there is too little for the false-accept rate.</summary>
    public double? MissingSeconds { get; init; }

    /// <summary>What in the recording makes the answer less sure.</summary>
    public IReadOnlyList<QualityWarning> Warnings { get; init; } = [];

    /// <summary>SHA-256 of the model, lower-case hex.</summary>
    public required string ModelHash { get; init; }

    /// <summary>Whether the answer is yes.</summary>
    public bool Accepted => Outcome == Outcome.Accepted;
}
