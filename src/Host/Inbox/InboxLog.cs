using Microsoft.Extensions.Logging;

namespace Speaker.Host.Inbox;

/// <summary>The service's events; their numbers are stable.</summary>
internal static partial class InboxLog
{
    [LoggerMessage(1, LogLevel.Information,
        "watching {Inbox}; enrolled files go to {Processed}, refused ones to {Refused}")]
    public static partial void Watching(this ILogger logger, string inbox, string processed, string refused);

    [LoggerMessage(2, LogLevel.Information,
        "enrolled {File} for {Speaker}: {SpeechSeconds:0.0} s of speech, {Utterances} utterances, {Progress:0%} of a " +
        "good enrolment")]
    public static partial void Enrolled(
        this ILogger logger, string file, string speaker, double speechSeconds, int utterances, double progress);

    [LoggerMessage(3, LogLevel.Information, "{File} of {Speaker} was already enrolled")]
    public static partial void AlreadyEnrolled(this ILogger logger, string file, string speaker);

    [LoggerMessage(4, LogLevel.Warning, "refused {File} for {Speaker}: {Reason}")]
    public static partial void Refused(this ILogger logger, string file, string speaker, string reason);

    [LoggerMessage(5, LogLevel.Error, "{File} of {Speaker} stays in the inbox and is tried again: {Reason}")]
    public static partial void Postponed(this ILogger logger, string file, string speaker, string reason);

    [LoggerMessage(6, LogLevel.Warning, "the watcher missed events, scanning the whole inbox: {Reason}")]
    public static partial void WatcherFailed(this ILogger logger, string reason);

    [LoggerMessage(7, LogLevel.Information, "stopped; {Enrolled} files were enrolled and {Refused} refused")]
    public static partial void Stopped(this ILogger logger, int enrolled, int refused);
}
