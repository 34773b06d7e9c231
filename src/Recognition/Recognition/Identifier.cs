using System.Globalization;
using Speaker.Scoring;
using Speaker.Search;

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
    /// <param name="gallery">Everybody.</param>
    /// <param name="sample">The recording.</param>
    /// <param name="threshold">From <see cref="Threshold"/>.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    public Decision Decide(
        GalleryIndex gallery, EmbeddingResult sample, DecisionThreshold threshold, CancellationToken cancellationToken)
    {
        if (!sample.IsUsable)
        {
            return gallery.Speakers == 0 ? NobodyEnrolled(sample, threshold) : Verifier.Of(sample, threshold);
        }

        var test = Verifier.SideOf(scorer, sample);
        // The runner-up counts, listed or not.
        var (ranked, speakers) = gallery.Search(test, Math.Max(options.Top, 2), cancellationToken);
        if (ranked.Count == 0)
        {
            return NobodyEnrolled(sample, threshold);
        }

        var nearest = ranked[0];
        threshold = thresholds.Of(
            options.GalleryFar is { } share ? thresholds.Within(threshold, share / speakers) : threshold,
            TrialQuality.Of(nearest.Side, test));
        double? margin = ranked.Count > 1 ? (double)ranked[1].Distance - nearest.Distance : null;
        var answer = Verifier.Of(sample, threshold) with
        {
            Distance = nearest.Distance,
            Margin = margin,
            Candidates = [.. ranked.Take(options.Top).Select(voice => new Candidate(voice.Speaker, voice.Distance))],
            Searched = speakers,
            GalleryFar = threshold.CalibratedFar is { } far ? Math.Min(1, far * speakers) : null,
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

    private static Decision NobodyEnrolled(EmbeddingResult sample, DecisionThreshold threshold) =>
        Verifier.Undecided(null, sample, threshold, Reason.NobodyEnrolled, "nobody is enrolled");
}
