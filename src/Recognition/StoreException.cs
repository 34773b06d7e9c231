namespace Speaker;

/// <summary>The store of voiceprints cannot do what was asked; the message says which one, why, and what to
/// do.</summary>
public sealed class StoreException : Exception
{
    /// <summary>For a store of your own.</summary>
    /// <param name="problem">The kind, for programs.</param>
    /// <param name="message">Which store, why, and what to do.</param>
    /// <param name="innerException">What it was found by.</param>
    public StoreException(StoreProblem problem, string message, Exception? innerException = null)
        : base(message, innerException) => Problem = problem;

    /// <summary>The kind, for programs.</summary>
    public StoreProblem Problem { get; }
}
