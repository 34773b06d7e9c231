using Microsoft.Extensions.Logging;

namespace Speaker.Host.Jobs;

/// <summary>Events of the queue; their numbers are stable and follow those of HTTP.</summary>
internal static partial class JobLog
{
    [LoggerMessage(201, LogLevel.Information, "job {Job} ({Kind}) of {Subject} is done after {Seconds:0.000} s")]
    public static partial void Done(this ILogger logger, string job, string kind, string subject, double seconds);

    [LoggerMessage(202, LogLevel.Warning, "job {Job} ({Kind}) of {Subject} is tried again: {Reason}")]
    public static partial void Postponed(this ILogger logger, string job, string kind, string subject, string reason);

    [LoggerMessage(203, LogLevel.Error,
        "job {Job} ({Kind}) of {Subject} is set aside, 'speaker jobs retry {Job}' tries it again: {Reason}")]
    public static partial void SetAside(this ILogger logger, string job, string kind, string subject, string reason);

    [LoggerMessage(204, LogLevel.Error, "the queue cannot be used and is tried again: {Reason}")]
    public static partial void QueueFailed(this ILogger logger, string reason);

    [LoggerMessage(205, LogLevel.Information, "the queue can be used again")]
    public static partial void QueueBack(this ILogger logger);

    [LoggerMessage(206, LogLevel.Information, "working on jobs of {Queue}, {Workers} at a time")]
    public static partial void Working(this ILogger logger, string queue, int workers);

    [LoggerMessage(207, LogLevel.Information, "no longer working on jobs; done: {Done}, set aside: {Failed}")]
    public static partial void StoppedWorking(this ILogger logger, int done, int failed);

    [LoggerMessage(208, LogLevel.Information,
        "moving the store to the model {Model}: {Recordings} recordings are listened to again, and nobody is verified " +
        "meanwhile")]
    public static partial void Migrating(this ILogger logger, string model, int recordings);

    [LoggerMessage(209, LogLevel.Information, "moving the store: {Done} of {Total} recordings")]
    public static partial void Migrated(this ILogger logger, long done, long total);
}
