using System.Buffers.Binary;
using System.Net;

namespace Speaker.Host.House.Mdns;

/// <summary>What can be asked for (RFC 1035, section 3.2.2; RFC 2782).</summary>
internal enum DnsType : ushort
{
    Address = 1,
    Pointer = 12,
    Text = 16,
    Service = 33,
    Any = 255,
}

/// <summary>A question.</summary>
/// <param name="Name">Of what.</param>
/// <param name="Type">What of it.</param>
/// <param name="WantsUnicast">Whether the answer may go to who asks alone (RFC 6762, section 5.4).</param>
internal sealed record DnsQuestion(DnsName Name, DnsType Type, bool WantsUnicast);

/// <summary>A record.</summary>
/// <param name="Name">Of what.</param>
/// <param name="Type">What it says of it.</param>
/// <param name="IsUnique">Whether there is no other of this name and type: it replaces what others remember (RFC 6762,
/// section 10.2).</param>
/// <param name="Seconds">How long it may be remembered; 0: no longer.</param>
/// <param name="Data">What it says, as it is sent.</param>
internal sealed record DnsRecord(DnsName Name, DnsType Type, bool IsUnique, uint Seconds, byte[] Data)
{
    /// <summary>Of records with the name of a host in them (RFC 6762, section 10).</summary>
    public const uint HostSeconds = 120;

    /// <summary>Of all others.</summary>
    public const uint OtherSeconds = 4500;

    public static DnsRecord Address(DnsName host, IPAddress address) =>
        new(host, DnsType.Address, true, HostSeconds, address.GetAddressBytes());

    public static DnsRecord Pointer(DnsName name, DnsName target) =>
        new(name, DnsType.Pointer, false, OtherSeconds, DnsMessage.Encode(target));

    /// <summary>No text: one empty string (RFC 6763, section 6.1).</summary>
    public static DnsRecord NoText(DnsName name) => new(name, DnsType.Text, true, OtherSeconds, [0]);

    public static DnsRecord Service(DnsName name, DnsName host, int port)
    {
        // Priority and weight are 0.
        var data = new byte[6];
        BinaryPrimitives.WriteUInt16BigEndian(data.AsSpan(4), (ushort)port);
        return new DnsRecord(name, DnsType.Service, true, HostSeconds, [.. data, .. DnsMessage.Encode(host)]);
    }
}
