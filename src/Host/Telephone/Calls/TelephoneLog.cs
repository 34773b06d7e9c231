using Microsoft.Extensions.Logging;
using Speaker.Host.Telephone.Sound;

namespace Speaker.Host.Telephone.Calls;

/// <summary>Events of telephone calls; their numbers are stable.</summary>
internal static partial class TelephoneLog
{
    [LoggerMessage(141, LogLevel.Information, "call {Call} begins, from {Source}, {Encoding} at {Rate} Hz")]
    public static partial void CallBegins(
        this ILogger logger, string call, string source, SoundEncoding encoding, int rate);

    [LoggerMessage(142, LogLevel.Information,
        "call {Call}: {Decision}, {Code}, after {Seconds:0.0} s of sound; end {End}, frames dropped {Dropped}, lost {Lost}")]
    public static partial void CallEnds(
        this ILogger logger, string call, string decision, string code, double seconds, CallEnd end, long dropped,
        long lost);

    [LoggerMessage(143, LogLevel.Warning, "a call from {Address} was refused: {Code}, {Reason}")]
    public static partial void CallRefused(this ILogger logger, string address, string code, string reason);

    [LoggerMessage(144, LogLevel.Error, "call {Call} failed")]
    public static partial void CallFailed(this ILogger logger, string call, Exception exception);

    [LoggerMessage(145, LogLevel.Error, "the decision of call {Call} cannot be sent to its webhook: {Reason}")]
    public static partial void NoticeLost(this ILogger logger, string call, string reason);

    [LoggerMessage(146, LogLevel.Information, "listening for AudioSocket on {Place}")]
    public static partial void AudioSocketListens(this ILogger logger, string place);

    [LoggerMessage(147, LogLevel.Warning,
        "AudioSocket on {Place} can be reached from other machines and has no keys and no encryption: let only the " +
        "telephone exchange reach it")]
    public static partial void AudioSocketReachable(this ILogger logger, string place);

    [LoggerMessage(148, LogLevel.Error, "a connection of AudioSocket failed")]
    public static partial void ConnectionFailed(this ILogger logger, Exception exception);
}
