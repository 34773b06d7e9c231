using Speaker.Options;
using System.Globalization;
using Microsoft.Extensions.Options;
using Speaker.Calibration;
using Speaker.Enrolment;
using Speaker.Enrolment.Sqlite;
using Speaker.Scoring;

namespace Speaker.Recognition;

/// <summary>One-to-one verification: is this recording the speaker who enrolled under a name?</summary>
internal sealed class Verifier(
    UtteranceEmbedder embedder,
    DecisionThresholds thresholds,
    StoreLocation stores,
    QualityReview quality,
    IOptions<VerificationOptions> options)
{
    /// <summary>The threshold that the settings ask for.</summary>
    /// <exception cref="ModelException">The model card has no threshold for that false-acceptance rate.</exception>
    public DecisionThreshold ConfiguredThreshold() => thresholds.For(options.Value.TargetFar);

    /// <summary>The voiceprint of an enrolled speaker.</summary>
    /// <exception cref="UsageException">Nobody is enrolled under that name.</exception>
    /// <exception cref="StoreException">The store is of another model, damaged or not to be opened.</exception>
    public TrialSide VoiceprintOf(string speaker)
    {
        using var store = stores.OpenExisting() ?? throw Unknown(speaker);
        var utterances = store.Utterances(speaker, embedder.ModelHash);
        return utterances.Count > 0
            ? embedder.Scorer.Side(Voiceprint.Centroid(utterances.Select(utterance => utterance.Embedding))) with
            {
                SpeechSeconds = utterances.Sum(utterance => utterance.SpeechSeconds),
            }
            : throw Unknown(speaker);
    }

    /// <summary>Decides one trial.</summary>
    public Verification Decide(
        string speaker, TrialSide voiceprint, EmbeddingResult sample, DecisionThreshold threshold)
    {
        if (sample is not Embedded embedded)
        {
            return new Verification(
                speaker, Decision.Inconclusive, null, threshold, ((NotEmbedded)sample).Reason,
                sample.TotalSeconds, sample.SpeechSeconds, embedder.ModelHash, null, null);
        }

        var test = embedder.Scorer.Side(embedded.Embedding) with
        {
            SpeechSeconds = embedded.SpeechSeconds,
            SignalToNoise = embedded.Quality.SignalToNoise,
        };
        var distance = embedder.Scorer.Distance(voiceprint, test);
        var accepted = distance <= threshold.Value;
        var reason = string.Create(CultureInfo.InvariantCulture,
            $"distance {distance:0.000} is {(accepted ? "within" : "beyond")} the threshold {threshold.Value:0.000}");
        return new Verification(
            speaker, accepted ? Decision.Accept : Decision.Reject, distance, threshold, reason,
            sample.TotalSeconds, sample.SpeechSeconds, embedder.ModelHash, quality.Of(embedded),
            thresholds.Scores?.LogLikelihoodRatio(distance, TrialQuality.Of(voiceprint, test)));
    }

    private UsageException Unknown(string speaker) => new(
        $"unknown speaker '{speaker}' in store {stores.Path}: 'speaker list' shows who is enrolled, " +
        $"'speaker enroll {speaker} FILE…' enrols");
}
