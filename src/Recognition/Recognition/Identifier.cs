using Speaker.Options;
using System.Globalization;
using Microsoft.Extensions.Options;
using Speaker.Enrolment;
using Speaker.Enrolment.Sqlite;
using Speaker.Scoring;

namespace Speaker.Recognition;

/// <summary>
/// One-to-many identification over everybody enrolled. It has a threshold of its own and asks for a margin to the
/// runner-up: among N enrolled speakers a stranger has N chances of being close to somebody.
/// </summary>
internal sealed class Identifier(
    UtteranceEmbedder embedder,
    DecisionThresholds thresholds,
    StoreLocation stores,
    IOptions<IdentificationOptions> options)
{
    /// <exception cref="ModelException">The model card has no threshold for that false-acceptance rate.</exception>
    public DecisionThreshold ConfiguredThreshold() => thresholds.For(options.Value.TargetFar);

    /// <exception cref="UsageException">Nobody is enrolled.</exception>
    /// <exception cref="StoreException">The store is of another model, damaged or not to be opened.</exception>
    public Identification Identify(EmbeddingResult sample, DecisionThreshold threshold)
    {
        using var store = stores.OpenExisting();
        var speakers = store?.Speakers(embedder.ModelHash) ?? [];
        if (speakers.Count == 0)
        {
            throw new UsageException($"nobody is enrolled in store {stores.Path}: 'speaker enroll NAME FILE…' enrols");
        }

        if (sample is not Embedded embedded)
        {
            return Answer(null, Decision.Inconclusive, null, ((NotEmbedded)sample).Reason, []);
        }

        var scorer = embedder.Scorer;
        var test = scorer.Side(embedded.Embedding);
        var ranked = speakers
            .Select(speaker => new Candidate(
                speaker.Name, scorer.Distance(scorer.Side(Voiceprint.Centroid(speaker.Embeddings)), test)))
            .OrderBy(candidate => candidate.Distance)
            .ToArray();
        var nearest = ranked[0];
        double? margin = ranked.Length > 1 ? ranked[1].Distance - nearest.Distance : null;
        Candidate[] top = ranked[..Math.Min(options.Value.Top, ranked.Length)];
        if (nearest.Distance > threshold.Value)
        {
            return Answer(null, Decision.Reject, margin, string.Create(CultureInfo.InvariantCulture,
                $"nobody: the nearest, '{nearest.Speaker}', is at {nearest.Distance:0.000}, beyond the threshold " +
                $"{threshold.Value:0.000}"), top);
        }

        if (margin < options.Value.MinimumMargin)
        {
            return Answer(null, Decision.Inconclusive, margin, string.Create(CultureInfo.InvariantCulture,
                $"'{nearest.Speaker}' and '{ranked[1].Speaker}' are {margin:0.000} apart, less than the margin " +
                $"{options.Value.MinimumMargin:0.000} that a name needs"), top);
        }

        return Answer(nearest.Speaker, Decision.Accept, margin, string.Create(CultureInfo.InvariantCulture,
            $"distance {nearest.Distance:0.000} is within the threshold {threshold.Value:0.000}"), top);

        Identification Answer(
            string? speaker, Decision decision, double? margin, string reason, IReadOnlyList<Candidate> candidates) =>
            new(
                speaker, decision, threshold, margin, options.Value.MinimumMargin, reason,
                sample.TotalSeconds, sample.SpeechSeconds, embedder.ModelHash, candidates);
    }
}
