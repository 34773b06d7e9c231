namespace Speaker.Host.Http;

/// <summary>A live verification that counts as a claim of the speaker: from its beginning until it is concluded, or disposed
/// without a decision.</summary>
/// <param name="session">What the sound is pushed into.</param>
/// <param name="end">Told once what the caller got to know; null: nothing.</param>
internal sealed class GuardedSession(LiveSession session, Action<Outcome?> end) : IDisposable
{
    private bool _isEnded;
    private Outcome? _shown;

    public LiveSession Session => session;

    /// <summary>The caller gets to know this decision, and no other follows.</summary>
    public Decision Conclude(Decision decision)
    {
        End(decision.Outcome);
        return decision;
    }

    /// <summary>The caller gets to see this on the way. Who hangs up on a rejection has had it: it counts, or voices could be
    /// tried without end.</summary>
    public LiveState Show(LiveState state)
    {
        _shown = state.SoFar.Outcome;
        return state;
    }

    public void Dispose() => End(_shown == Outcome.Rejected ? _shown : null);

    private void End(Outcome? outcome)
    {
        if (!_isEnded)
        {
            _isEnded = true;
            end(outcome);
        }
    }
}
