using System.Net;

namespace Speaker.Host.House.Mdns;

/// <summary>A service of this machine that others find by DNS-based service discovery (RFC 6763).</summary>
/// <param name="Name">Of this one; at most 63 bytes are kept.</param>
/// <param name="Host">Its machine, one label below local.</param>
/// <param name="Address">Where it listens: those who come by another interface are not told.</param>
internal sealed record AnnouncedService(string Name, string Host, IPEndPoint Address)
{
    /// <summary>What all of them are: _wyoming._tcp.local.</summary>
    public static readonly DnsName Type = new("_wyoming", "_tcp", "local");

    /// <summary>Where it is asked which types there are (RFC 6763, section 9).</summary>
    public static readonly DnsName Types = new("_services", "_dns-sd", "_udp", "local");

    public DnsName Instance => DnsName.Below(Label(Name), Type);

    public DnsName HostName => new(Label(Host), "local");

    /// <summary>Whether it can be reached by an interface.</summary>
    public bool IsAt(IPAddress local) => Address.Address.Equals(IPAddress.Any)
        || Address.Address.Equals(IPAddress.IPv6Any) || Address.Address.Equals(local);

    /// <summary>That it is there.</summary>
    public DnsRecord Pointer() => DnsRecord.Pointer(Type, Instance);

    /// <summary>How it is reached by an interface.</summary>
    public IReadOnlyList<DnsRecord> Details(IPAddress local) =>
    [
        DnsRecord.Service(Instance, HostName, Address.Port), DnsRecord.NoText(Instance),
        DnsRecord.Address(HostName, local),
    ];

    private static string Label(string text)
    {
        while (System.Text.Encoding.UTF8.GetByteCount(text) > DnsName.LongestLabel)
        {
            text = text[..^1];
        }

        return text;
    }
}
