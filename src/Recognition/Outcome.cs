namespace Speaker;

/// <summary>The answer to a question about a voice.</summary>
public enum Outcome
{
    /// <summary>It is the speaker.</summary>
    Accepted,

    /// <summary>It is not the speaker, or nobody who is enrolled.</summary>
    Rejected,

    /// <summary>No answer is possible; the reason says why.</summary>
    Inconclusive,
}
