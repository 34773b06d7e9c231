namespace Speaker;

/// <summary>Something in a recording that makes the answer less sure. The bounds are <see cref="QualityOptions"/>.</summary>
/// <param name="Issue">The kind, for programs.</param>
/// <param name="Message">For the person who made the recording: what was found, the bound, what to do.</param>
public sealed record QualityWarning(QualityIssue Issue, string Message);
