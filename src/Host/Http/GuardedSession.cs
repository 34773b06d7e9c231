namespace Speaker.Host.Http;

/// <summary>A live verification that counts as a claim of the speaker: from its beginning until it is concluded, or disposed
/// without a decision.</summary>
/// <param name="session">What the sound is pushed into.</param>
/// <param name="end">Told once what the caller got to know; null: nothing.</param>
internal sealed class GuardedSession(LiveSession session, Action<Outcome?> end) : IDisposable
{
    private bool _isEnded;

    public LiveSession Session => session;

    /// <summary>The caller gets to know this decision, and no other follows.</summary>
    public Decision Conclude(Decision decision)
    {
        End(decision.Outcome);
        return decision;
    }

    public void Dispose() => End(null);

    private void End(Outcome? outcome)
    {
        if (!_isEnded)
        {
            _isEnded = true;
            end(outcome);
        }
    }
}
