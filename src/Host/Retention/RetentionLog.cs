using Microsoft.Extensions.Logging;

namespace Speaker.Host.Retention;

/// <summary>The events of retention; their numbers are stable.</summary>
internal static partial class RetentionLog
{
    [LoggerMessage(231, LogLevel.Information,
        "removed for their age of more than {Days} days: utterances {Utterances}, speakers who have no other {Speakers}")]
    public static partial void Expired(this ILogger logger, int utterances, int speakers, double days);

    [LoggerMessage(232, LogLevel.Error, "what is too old cannot be removed, and is tried again: {Reason}")]
    public static partial void NotExpired(this ILogger logger, string reason);
}
