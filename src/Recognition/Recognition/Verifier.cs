using System.Globalization;
using Speaker.Calibration;
using Speaker.Scoring;

namespace Speaker.Recognition;

/// <summary>One-to-one verification: is this recording the speaker who enrolled under a name?</summary>
internal sealed class Verifier(Scorer scorer, DecisionThresholds thresholds, VerificationOptions options)
{
    /// <summary>The threshold that the settings ask for.</summary>
    /// <exception cref="ModelException">The model card has no threshold for that false-accept rate.</exception>
    public DecisionThreshold Threshold() => thresholds.For(options.Threshold, options.TargetFar);

    /// <summary>The enrolled side of trials; null where there are no utterances.</summary>
    public TrialSide? VoiceprintOf(IReadOnlyList<StoredUtterance> utterances) => utterances.Count == 0
        ? null
        : SideOf(scorer, utterances);

    /// <summary>A recording as the side of a trial that is put to the test.</summary>
    public TrialSide SideOf(EmbeddingResult sample) => SideOf(scorer, sample);

    /// <summary>The enrolled side of trials. Its noise and band are those of its utterances in the mean, as the
    /// embedding is.</summary>
    /// <param name="scorer">The model's.</param>
    /// <param name="utterances">At least one.</param>
    public static TrialSide SideOf(Scorer scorer, IReadOnlyList<StoredUtterance> utterances) =>
        scorer.Side(Voiceprint.Centroid(utterances.Select(utterance => utterance.Embedding))) with
        {
            SpeechSeconds = utterances.Sum(utterance => utterance.SpeechSeconds),
            SignalToNoise = utterances.Average(utterance => utterance.Quality?.SignalToNoise),
            Bandwidth = utterances.Average(utterance => utterance.Quality?.Bandwidth),
            Recordings = utterances.Count,
        };

    /// <summary>The side that is put to the test.</summary>
    /// <param name="scorer">The model's.</param>
    /// <param name="sample">Usable.</param>
    public static TrialSide SideOf(Scorer scorer, EmbeddingResult sample) => scorer.Side(sample.Embedding!) with
    {
        SpeechSeconds = sample.SpeechSeconds,
        SignalToNoise = sample.Quality?.SignalToNoise,
        Bandwidth = sample.Quality?.Bandwidth,
    };

    /// <summary>Decides one trial.</summary>
    /// <param name="speaker">Who is claimed; null where two recordings are compared.</param>
    /// <param name="voiceprint">Null where nobody is enrolled under that name.</param>
    /// <param name="sample">The recording.</param>
    /// <param name="threshold">Accept at or below.</param>
    public Decision Decide(
        string? speaker, TrialSide? voiceprint, EmbeddingResult sample, DecisionThreshold threshold)
    {
        if (voiceprint is null)
        {
            return Undecided(speaker, sample, threshold, Reason.UnknownSpeaker, $"nobody is enrolled as '{speaker}'");
        }

        if (!sample.IsUsable)
        {
            return Undecided(speaker, sample, threshold, sample.Reason, sample.Message);
        }

        var test = SideOf(sample);
        var distance = scorer.Distance(voiceprint, test);
        var quality = TrialQuality.Of(voiceprint, test);
        threshold = thresholds.Of(threshold, quality);
        var accepted = distance <= threshold.Value;
        var ratio = thresholds.Scores?.LogLikelihoodRatio(distance, quality);
        if (!accepted && thresholds.MissingSeconds(threshold, quality, distance) is { } missing)
        {
            return Undecided(
                speaker, sample, threshold, Reason.TooShort,
                TooShort(distance, threshold, missing, quality!.Value)) with
            {
                Distance = distance,
                LogLikelihoodRatio = ratio,
                MissingSeconds = Math.Ceiling(missing * 10) / 10,
            };
        }

        return Of(sample, threshold) with
        {
            Outcome = accepted ? Outcome.Accepted : Outcome.Rejected,
            Reason = accepted ? Reason.WithinThreshold : Reason.BeyondThreshold,
            Message = string.Create(
                CultureInfo.InvariantCulture,
                $"distance {distance:0.000} is {(accepted ? "within" : "beyond")} the threshold {threshold.Value:0.000}")
                + Contrast(accepted, ratio, threshold),
            Speaker = speaker,
            Distance = distance,
            LogLikelihoodRatio = ratio,
        };
    }

    /// <summary>A decision, rejected before the sound ends: the distance is farther beyond the threshold than the right
    /// speaker's is after so much speech.</summary>
    public static Decision RejectedEarly(Decision decision) => decision with
    {
        Outcome = Outcome.Rejected,
        Reason = Reason.BeyondThreshold,
        Message = string.Create(
            CultureInfo.InvariantCulture,
            $"distance {decision.Distance:0.000} is beyond the threshold {decision.Threshold:0.000}, and farther than " +
            $"the right speaker's after {decision.SpeechSeconds:0.0} s of speech"),
        MissingSeconds = null,
    };

    /// <summary>The distance of an embedding alone, without a decision.</summary>
    public double Distance(TrialSide voiceprint, float[] embedding) =>
        scorer.Distance(voiceprint, scorer.Side(embedding));

    private static string TooShort(
        double distance, DecisionThreshold threshold, double missing, TrialQuality quality) => string.Create(
        CultureInfo.InvariantCulture,
        $"too little speech to decide at {threshold.CalibratedFar:0.####%} false accepts: distance {distance:0.000} is " +
        $"beyond the threshold {threshold.Value:0.000}, as the right speaker's usually is with " +
        $"{Math.Min(quality.EnrolSeconds, quality.TestSeconds):0.0} s of speech; " +
        $"{(quality.EnrolSeconds < quality.TestSeconds ? "enrol" : "record")} about " +
        $"{Math.Ceiling(missing * 10) / 10:0.0} s more");

    /// <summary>Why threshold and likelihood ratio point different ways, where they do: they answer two
    /// questions.</summary>
    private static string Contrast(bool accepted, double? ratio, DecisionThreshold threshold) => (accepted, ratio) switch
    {
        (false, > 0) => "; it is likelier from this speaker than from another, but " + (threshold.CalibratedFar is { } far
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"to accept only {far:0.####%} of other voices the threshold asks for stronger evidence")
            : "the threshold that was given asks for stronger evidence"),
        (true, < 0) => "; it is likelier from another speaker than from this one, but " +
            (threshold.CalibratedFar is { } far
                ? string.Create(
                    CultureInfo.InvariantCulture, $"a threshold for {far:0.####%} false accepts lets it pass")
                : "the threshold that was given lets it pass"),
        _ => "",
    };

    /// <summary>A decision that is none, with what is known of the recording.</summary>
    public static Decision Undecided(
        string? speaker, EmbeddingResult sample, DecisionThreshold threshold, Reason reason, string message) =>
        Of(sample, threshold) with { Reason = reason, Message = message, Speaker = speaker };

    /// <summary>What every decision about a recording holds.</summary>
    public static Decision Of(EmbeddingResult sample, DecisionThreshold threshold) => new()
    {
        Outcome = Outcome.Inconclusive,
        Reason = sample.Reason,
        Message = sample.Message,
        Threshold = threshold.Value,
        TargetFar = threshold.TargetFar,
        CalibratedFar = threshold.CalibratedFar,
        CalibratedOn = threshold.CalibratedFar is null ? null : threshold.CalibratedOn,
        IsThresholdMeasured = threshold.IsMeasured,
        TotalSeconds = sample.TotalSeconds,
        SpeechSeconds = sample.SpeechSeconds,
        Quality = sample.Quality,
        Warnings = sample.Warnings,
        ModelHash = sample.ModelHash,
    };
}
