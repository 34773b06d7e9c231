using Speaker.Calibration;
using Speaker.Scoring;

namespace Speaker.Recognition;

/// <summary>Decides about sound that goes on: what a decision would be so far, and whether it is one already.</summary>
/// <param name="speaker">Who is claimed.</param>
/// <param name="voiceprint">Null where nobody is enrolled under that name.</param>
/// <param name="verifier">Decides a trial.</param>
/// <param name="threshold">Of the settings.</param>
/// <param name="live">Of the card; null: nothing is decided before the sound ends.</param>
internal sealed class LiveJudge(
    string speaker, TrialSide? voiceprint, Verifier verifier, DecisionThreshold threshold, LiveThresholds? live)
{
    private readonly LiveRate? _rate = threshold.CalibratedFar is { } far ? live?.For(far) : null;

    /// <summary>The decision over sound that was heard.</summary>
    public Decision Decide(EmbeddingResult heard) => verifier.Decide(speaker, voiceprint, heard, threshold);

    /// <summary>Where a session stands.</summary>
    /// <returns>The decision so far, that of <see cref="LiveState.Verdict"/> where there is one.</returns>
    public (Decision SoFar, Outcome? Verdict) Judge(LiveHearing heard)
    {
        var soFar = Decide(heard.Whole);
        var verdict = soFar.Distance is { } distance
            ? _rate?.Judge(soFar.SpeechSeconds, soFar.Threshold - distance)
            : null;
        return (verdict == Outcome.Rejected ? Verifier.RejectedEarly(soFar) : soFar, verdict);
    }

    /// <summary>Of the window; null where there is none, or nobody to compare it with.</summary>
    public double? WindowDistance(LiveHearing heard) => voiceprint is { } known && heard.Window is { } window
        ? verifier.Distance(known, window)
        : null;
}
