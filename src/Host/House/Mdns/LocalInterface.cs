using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Speaker.Host.House.Mdns;

/// <summary>An interface with the network that lies behind it.</summary>
/// <param name="Index">As the system counts.</param>
/// <param name="Address">This machine's, IPv4.</param>
/// <param name="Network">Who is on the same link.</param>
internal sealed record LocalInterface(int Index, IPAddress Address, IPNetwork Network)
{
    /// <summary>Those that are up and take multicast, without the loopback.</summary>
    public static IReadOnlyList<LocalInterface> All() =>
        [.. Of(each => each.SupportsMulticast && each.NetworkInterfaceType != NetworkInterfaceType.Loopback)];

    /// <summary>Those that are up and meet a condition.</summary>
    public static IEnumerable<LocalInterface> Of(Func<NetworkInterface, bool> condition) =>
        from each in NetworkInterface.GetAllNetworkInterfaces()
        where each.OperationalStatus is OperationalStatus.Up or OperationalStatus.Unknown && condition(each)
        let properties = each.GetIPProperties()
        let address = properties.UnicastAddresses.FirstOrDefault(
            unicast => unicast.Address.AddressFamily == AddressFamily.InterNetwork)
        where address is not null
        let network = NetworkOf(address.Address, address.PrefixLength)
        select new LocalInterface(properties.GetIPv4Properties().Index, address.Address, network);

    private static IPNetwork NetworkOf(IPAddress address, int prefix)
    {
        var bytes = address.GetAddressBytes();
        for (var bit = prefix; bit < 8 * bytes.Length; bit++)
        {
            bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        }

        return new IPNetwork(new IPAddress(bytes), prefix);
    }
}
