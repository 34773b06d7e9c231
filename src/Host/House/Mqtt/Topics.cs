using Speaker.CommandLine.Options;

namespace Speaker.Host.House.Mqtt;

/// <summary>The topics of the house.</summary>
internal sealed class Topics(MqttOptions options)
{
    public const string Online = "online";

    public const string Offline = "offline";

    /// <summary>Whether this service is there: retained, and the last will.</summary>
    public string Availability => $"{options.TopicPrefix}/availability";

    /// <summary>Whose voice was heard.</summary>
    public string State(string satellite) => $"{options.TopicPrefix}/{satellite}/state";

    /// <summary>Where Home Assistant looks for the description of an entity: retained.</summary>
    public string Discovery(string satellite, string entity) =>
        $"{options.DiscoveryPrefix}/sensor/speaker_{satellite}/{entity}/config";
}
