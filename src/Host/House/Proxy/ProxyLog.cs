using System.Net;
using Microsoft.Extensions.Logging;

namespace Speaker.Host.House.Proxy;

/// <summary>Events of the house's speech recognition; their numbers are stable. None has words of a
/// transcript.</summary>
internal static partial class ProxyLog
{
    [LoggerMessage(163, LogLevel.Information, "{Satellite}: speech recognition (Wyoming) listens on {Address}")]
    public static partial void HouseListening(this ILogger logger, string satellite, IPEndPoint address);

    [LoggerMessage(164, LogLevel.Warning,
        "{Satellite}: {Address} cannot be listened on: {Problem}; tried again in {Seconds} s: end the other program, " +
        "or choose another address (Speaker:House:Listen)")]
    public static partial void HouseListenFailed(
        this ILogger logger, string satellite, IPEndPoint address, string problem, double seconds);

    [LoggerMessage(165, LogLevel.Information,
        "{Satellite}: {Decision} ({Speaker}, {Reason}) of {Sound:0.0} s; words {Words}, {Seconds:0.000} s after the sound")]
    public static partial void UtteranceAnswered(
        this ILogger logger, string satellite, string decision, string speaker, string reason, double sound,
        string words, double seconds);

    [LoggerMessage(166, LogLevel.Warning, "{Satellite}: a connection was refused: {Problem}")]
    public static partial void ConnectionRefused(this ILogger logger, string satellite, string problem);

    [LoggerMessage(167, LogLevel.Error,
        "{Satellite}: the speech recognition behind this service failed: {Problem} (Speaker:House:Upstream)")]
    public static partial void UpstreamFailed(this ILogger logger, string satellite, string problem);

    [LoggerMessage(168, LogLevel.Information,
        "{Satellite}: a connection sent nothing for Speaker:House:IdleSeconds = {Seconds} and was ended")]
    public static partial void ConnectionIdle(this ILogger logger, string satellite, double seconds);

    [LoggerMessage(169, LogLevel.Warning,
        "{Satellite}: a connection was refused: there are Speaker:House:MaximumConnections = {Connections} already")]
    public static partial void ConnectionWithoutPlace(this ILogger logger, string satellite, int connections);

    [LoggerMessage(170, LogLevel.Debug, "{Satellite}: a connection is gone: {Problem}")]
    public static partial void ConnectionGone(this ILogger logger, string satellite, string problem);

    [LoggerMessage(171, LogLevel.Error, "{Satellite}: a connection failed")]
    public static partial void ConnectionFailed(this ILogger logger, string satellite, Exception exception);
}
