using System.Globalization;
using System.Net;

namespace Speaker.CommandLine.Options;

/// <summary>Another program's address in a setting: HOST:PORT, with a name or an address for the host; one of IPv6 in
/// brackets.</summary>
internal static class HostAndPort
{
    /// <returns>Null where it is none.</returns>
    public static DnsEndPoint? Parse(string? text)
    {
        var place = text?.LastIndexOf(':') ?? -1;
        if (place <= 0)
        {
            return null;
        }

        var host = text![..place];
        if (host is ['[', .. var address, ']'])
        {
            host = address;
        }

        return Uri.CheckHostName(host) != UriHostNameType.Unknown
            && host.Contains(':', StringComparison.Ordinal) == text.StartsWith('[')
            && int.TryParse(text[(place + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            && port is > 0 and <= IPEndPoint.MaxPort
                ? new DnsEndPoint(host, port)
                : null;
    }
}
