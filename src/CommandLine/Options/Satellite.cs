using System.Net;
using System.Net.Sockets;

namespace Speaker.CommandLine.Options;

/// <summary>A microphone of the house, told from others by the port that its assistant connects to: the protocol has no
/// name for it.</summary>
/// <param name="Name">a to z, 0 to 9, - and _; part of MQTT topics and of the mDNS name.</param>
/// <param name="Address">Where its assistant connects to; port 0 is one that the system chooses.</param>
internal sealed record Satellite(string Name, IPEndPoint Address)
{
    /// <summary>The name of one that has none.</summary>
    public const string DefaultName = "house";

    private const int LongestName = 32;

    /// <summary>From HOST:PORT or NAME=HOST:PORT; null where it is neither.</summary>
    public static Satellite? Parse(string text)
    {
        var place = text.IndexOf('=', StringComparison.Ordinal);
        var name = place < 0 ? DefaultName : text[..place];
        var address = text[(place + 1)..];
        return name.Length is > 0 and <= LongestName
            && name.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter is '-' or '_')
            // Without a port it would be one that the system chooses; of IPv6 without brackets the port is a part.
            && address.LastIndexOf(':') > address.LastIndexOf(']') && IPEndPoint.TryParse(address, out var parsed)
            && parsed.AddressFamily == AddressFamily.InterNetworkV6 == address.StartsWith('[')
                ? new Satellite(name, parsed)
                : null;
    }
}
