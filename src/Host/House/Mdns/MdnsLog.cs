using Microsoft.Extensions.Logging;

namespace Speaker.Host.House.Mdns;

/// <summary>Events of the announcements by mDNS; their numbers are stable.</summary>
internal static partial class MdnsLog
{
    [LoggerMessage(176, LogLevel.Information, "mDNS: announced on {Addresses}, UDP port {Port}")]
    public static partial void Announcing(this ILogger logger, string addresses, int port);

    [LoggerMessage(177, LogLevel.Warning,
        "mDNS: nothing is announced on {Address}: {Problem}; enter the address by hand where it is looked for, or " +
        "switch Speaker:House:Announce off")]
    public static partial void AnnouncingFailed(this ILogger logger, string address, string problem);

    [LoggerMessage(178, LogLevel.Debug, "mDNS: a packet could not be received or sent: {Problem}")]
    public static partial void AnsweringFailed(this ILogger logger, string problem);
}
