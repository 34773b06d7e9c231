using Microsoft.Extensions.Logging;

namespace Speaker.Host.Http;

/// <summary>The HTTP service's events; their numbers are stable and follow those of the inbox.</summary>
internal static partial class HttpLog
{
    [LoggerMessage(101, LogLevel.Information, "listening on {Urls}; keys are {Keys}")]
    public static partial void Listening(this ILogger logger, string urls, string keys);

    [LoggerMessage(102, LogLevel.Information, "{Operation}: {Status} {Code} in {Seconds:0.000} s, key {Key}")]
    public static partial void Answered(
        this ILogger logger, string operation, int status, string code, double seconds, string key);

    [LoggerMessage(103, LogLevel.Warning, "{Operation} from {Address} was refused: {Code}")]
    public static partial void KeyRefused(this ILogger logger, string operation, string address, string code);

    [LoggerMessage(104, LogLevel.Warning,
        "{Speaker} cannot be claimed for {Seconds} s: too many voices in a row were rejected")]
    public static partial void LockedOut(this ILogger logger, string speaker, double seconds);

    [LoggerMessage(105, LogLevel.Error, "{Operation} failed")]
    public static partial void Failed(this ILogger logger, string operation, Exception exception);

    [LoggerMessage(106, LogLevel.Information, "{Operation} was given up by its caller after {Seconds:0.000} s")]
    public static partial void Cancelled(this ILogger logger, string operation, double seconds);

    [LoggerMessage(107, LogLevel.Information,
        "no inbox is watched: there is no folder {Inbox}, and --inbox is not given")]
    public static partial void WithoutInbox(this ILogger logger, string inbox);

    [LoggerMessage(108, LogLevel.Information, "no longer listening; requests answered: {Requests}")]
    public static partial void StoppedListening(this ILogger logger, int requests);

    [LoggerMessage(120, LogLevel.Warning,
        "key {Key} opens nothing: {Problem}; correct it in {File}, or remove the key and make another")]
    public static partial void KeyUnusable(this ILogger logger, string key, string problem, string file);
}
