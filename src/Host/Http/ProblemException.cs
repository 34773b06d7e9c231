namespace Speaker.Host.Http;

/// <summary>A request cannot be answered as asked: the answer is a problem document of RFC 9457.</summary>
/// <param name="status">The HTTP status.</param>
/// <param name="code">Why, for programs; stable, camel case.</param>
/// <param name="message">What was wrong, the value, the bound and what to do.</param>
internal sealed class ProblemException(int status, string code, string message) : Exception(message)
{
    public int Status { get; } = status;

    public string Code { get; } = code;

    /// <summary>When trying again may help; null: not by waiting.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
