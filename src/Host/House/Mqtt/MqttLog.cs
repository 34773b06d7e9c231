using Microsoft.Extensions.Logging;

namespace Speaker.Host.House.Mqtt;

/// <summary>Events of the MQTT connection; their numbers are stable. None has a password.</summary>
internal static partial class MqttLog
{
    [LoggerMessage(172, LogLevel.Information, "MQTT: connected to {Server}")]
    public static partial void BrokerConnected(this ILogger logger, string server);

    [LoggerMessage(173, LogLevel.Warning,
        "MQTT: {Server} cannot be told: {Problem}; tried again in {Seconds} s (Speaker:House:Mqtt)")]
    public static partial void BrokerFailed(this ILogger logger, string server, string problem, double seconds);

    [LoggerMessage(174, LogLevel.Warning,
        "MQTT: the broker was not told of a voice at {Satellite}: it is not connected, or too slow")]
    public static partial void NotPublished(this ILogger logger, string satellite);

    [LoggerMessage(175, LogLevel.Warning, "MQTT: {Server} was not told that this service ends: {Problem}")]
    public static partial void NotLeft(this ILogger logger, string server, string problem);
}
