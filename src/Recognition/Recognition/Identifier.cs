using System.Globalization;
using Speaker.Scoring;

namespace Speaker.Recognition;

/// <summary>
/// One-to-many identification over everybody enrolled. It has a threshold of its own and asks for a margin to the
/// runner-up: among N enrolled speakers a stranger has N chances of being close to somebody.
/// </summary>
internal sealed class Identifier(Scorer scorer, DecisionThresholds thresholds, IdentificationOptions options)
{
    /// <summary>The threshold that the settings ask for.</summary>
    /// <exception cref="ModelException">The model card has no threshold for that false-accept rate.</exception>
    public DecisionThreshold Threshold() => thresholds.For(options.Threshold, options.TargetFar);

    /// <summary>Decides who it is.</summary>
    public Decision Decide(
        IReadOnlyDictionary<string, IReadOnlyList<StoredUtterance>> speakers,
        EmbeddingResult sample,
        DecisionThreshold threshold)
    {
        if (speakers.Count == 0)
        {
            return Verifier.Undecided(null, sample, threshold, Reason.NobodyEnrolled, "nobody is enrolled");
        }

        if (!sample.IsUsable)
        {
            return Verifier.Of(sample, threshold);
        }

        var test = Verifier.SideOf(scorer, sample);
        var sides = speakers.ToDictionary(
            speaker => speaker.Key, speaker => Verifier.SideOf(scorer, speaker.Value), StringComparer.Ordinal);
        var ranked = sides
            .Select(speaker => new Candidate(speaker.Key, scorer.Distance(speaker.Value, test)))
            .OrderBy(candidate => candidate.Distance)
            .ThenBy(candidate => candidate.Speaker, StringComparer.Ordinal)
            .ToArray();
        var nearest = ranked[0];
        threshold = thresholds.Of(threshold, TrialQuality.Of(sides[nearest.Speaker], test));
        double? margin = ranked.Length > 1 ? ranked[1].Distance - nearest.Distance : null;
        var answer = Verifier.Of(sample, threshold) with
        {
            Distance = nearest.Distance,
            Margin = margin,
            Candidates = ranked[..Math.Min(options.Top, ranked.Length)],
        };
        if (nearest.Distance > threshold.Value)
        {
            return answer with
            {
                Outcome = Outcome.Rejected,
                Reason = Reason.BeyondThreshold,
                Message = string.Create(
                    CultureInfo.InvariantCulture,
                    $"nobody: the nearest, '{nearest.Speaker}', is at {nearest.Distance:0.000}, beyond the threshold " +
                    $"{threshold.Value:0.000}"),
            };
        }

        if (margin < options.MinimumMargin)
        {
            return answer with
            {
                Reason = Reason.RunnerUpTooNear,
                Message = string.Create(
                    CultureInfo.InvariantCulture,
                    $"'{nearest.Speaker}' and '{ranked[1].Speaker}' are {margin:0.000} apart, less than the smallest " +
                    $"margin {options.MinimumMargin:0.000}"),
            };
        }

        return answer with
        {
            Outcome = Outcome.Accepted,
            Reason = Reason.WithinThreshold,
            Message = string.Create(
                CultureInfo.InvariantCulture,
                $"distance {nearest.Distance:0.000} is within the threshold {threshold.Value:0.000}"),
            Speaker = nearest.Speaker,
        };
    }
}
