using Microsoft.Extensions.Logging;

namespace Speaker.Host.Inbox;

/// <summary>The service's events; their numbers are stable.</summary>
internal static partial class InboxLog
{
    [LoggerMessage(1, LogLevel.Information,
        "watching {Inbox}; enrolled files go to {Processed}, refused ones to {Refused}")]
    public static partial void Watching(this ILogger logger, string inbox, string processed, string refused);

    [LoggerMessage(2, LogLevel.Information,
        "enrolled {File} for {Speaker}: {SpeechSeconds:0.0} s of speech, utterances so far {Utterances}, " +
        "{Progress:0%} of a good enrolment ({Summary})")]
    public static partial void Enrolled(
        this ILogger logger, string file, string speaker, double speechSeconds, int utterances, double progress,
        string summary);

    [LoggerMessage(3, LogLevel.Information, "{File} of {Speaker} was already enrolled")]
    public static partial void AlreadyEnrolled(this ILogger logger, string file, string speaker);

    [LoggerMessage(4, LogLevel.Warning, "refused {File} for {Speaker}: {Reason}")]
    public static partial void Refused(this ILogger logger, string file, string speaker, string reason);

    [LoggerMessage(5, LogLevel.Error, "{File} of {Speaker} stays in the inbox and is tried again: {Reason}")]
    public static partial void Postponed(this ILogger logger, string file, string speaker, string reason);

    [LoggerMessage(6, LogLevel.Warning,
        "the inbox cannot be watched ({Reason}); it is scanned every {RescanSeconds} s instead")]
    public static partial void WatcherFailed(this ILogger logger, string reason, double rescanSeconds);

    [LoggerMessage(7, LogLevel.Information, "stopped; files enrolled: {Enrolled}, refused: {Refused}")]
    public static partial void Stopped(this ILogger logger, int enrolled, int refused);

    [LoggerMessage(8, LogLevel.Warning, "passed over: {Path} {Reason}")]
    public static partial void PassedOver(this ILogger logger, string path, string reason);

    [LoggerMessage(9, LogLevel.Warning,
        "{File} of {Speaker} is incomplete and waits up to {Seconds} s for the rest: {Reason}")]
    public static partial void Incomplete(
        this ILogger logger, string file, string speaker, double seconds, string reason);

    [LoggerMessage(10, LogLevel.Error, "waiting for the inbox {Inbox}: {Reason}")]
    public static partial void InboxGone(this ILogger logger, string inbox, string reason);

    [LoggerMessage(11, LogLevel.Information, "the inbox {Inbox} is there again")]
    public static partial void InboxBack(this ILogger logger, string inbox);

    [LoggerMessage(12, LogLevel.Warning,
        "another folder or file system is at {Inbox} now; what is in it is enrolled")]
    public static partial void InboxReplaced(this ILogger logger, string inbox);

    [LoggerMessage(13, LogLevel.Error,
        "the store cannot be used and is tried again; until then all files stay in the inbox: {Reason}")]
    public static partial void StoreFailed(this ILogger logger, string reason);

    [LoggerMessage(14, LogLevel.Information, "the store can be used again")]
    public static partial void StoreBack(this ILogger logger);

    [LoggerMessage(15, LogLevel.Information, "another service works on the same inbox; the two share its files")]
    public static partial void Shared(this ILogger logger);

    [LoggerMessage(16, LogLevel.Warning,
        "the file system of the inbox has no locks; run only one service on it, or files may be worked on twice")]
    public static partial void WithoutLocks(this ILogger logger);

    [LoggerMessage(17, LogLevel.Warning,
        "stopped while a file was being worked on; it stays in the inbox, and the next start goes on with it")]
    public static partial void StoppedAtWork(this ILogger logger);

    [LoggerMessage(18, LogLevel.Warning,
        "the voice of {Speaker} is known as {Other} already: distance {Distance:0.000} is within {Threshold:0.000}; if " +
        "it is the same person, 'speaker merge' makes the two one speaker")]
    public static partial void KnownUnderAnotherName(
        this ILogger logger, string speaker, string other, double distance, double threshold);

    [LoggerMessage(19, LogLevel.Warning, "the queue takes no more files, and they stay in the inbox: {Reason}")]
    public static partial void QueueFull(this ILogger logger, string reason);
}
