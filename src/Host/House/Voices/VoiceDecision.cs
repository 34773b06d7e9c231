using Speaker.Host.Presentation;

namespace Speaker.Host.House.Voices;

/// <summary>Whose voice an utterance is.</summary>
/// <param name="Outcome">Accepted: the speaker's.</param>
/// <param name="Speaker">Null but where it is accepted.</param>
/// <param name="Score">Threshold less distance: from 0 on a match, more is surer; null where nothing was
/// compared.</param>
/// <param name="LogLikelihoodRatio">See <see cref="Decision.LogLikelihoodRatio"/>.</param>
/// <param name="Reason">Why, as JSON has it everywhere, or one of the words below.</param>
internal sealed record VoiceDecision(
    Outcome Outcome, string? Speaker, double? Score, double? LogLikelihoodRatio, string Reason)
{
    /// <summary>The recognition took too long.</summary>
    public static readonly VoiceDecision TimedOut = Undecided("timedOut");

    /// <summary>The recognition, the store or the model cannot be used.</summary>
    public static readonly VoiceDecision Failed = Undecided("failed");

    /// <param name="decision">A verification or an identification.</param>
    public static VoiceDecision Of(Decision decision) => new(
        decision.Outcome, decision.Accepted ? decision.Speaker : null,
        decision.Distance is { } distance ? decision.Threshold - distance : null, decision.LogLikelihoodRatio,
        ReasonCode.Of(decision.Reason));

    private static VoiceDecision Undecided(string reason) => new(Outcome.Inconclusive, null, null, null, reason);
}
