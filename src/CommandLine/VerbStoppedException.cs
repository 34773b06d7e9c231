namespace Speaker.CommandLine;

/// <summary>The user stopped a verb, and there is something to say of how to go on.</summary>
/// <param name="message">One sentence; it takes the place of "stopped".</param>
/// <param name="inner">What the verb ended by.</param>
internal sealed class VerbStoppedException(string message, OperationCanceledException inner)
    : OperationCanceledException(message, inner, inner.CancellationToken);
