using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace AiTeams.Integrations.Outside;

/// <summary>
/// Which addresses belong to the public internet, by IANA's special-purpose registries (RFC 6890 and its successors). Not public is
/// everything that leads back to us or to our neighbours, in any notation that carries an IPv4 address inside an IPv6 one.
/// </summary>
internal static class AddressRanges
{
    private static readonly IPNetwork[] Special =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
            "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
            "168.63.129.16/32",                           // Azure's platform address: public by number, the host by meaning
            "2001::/23",                                  // protocol assignments, Teredo among them
            "2001:db8::/32", "2002::/16", "3ffe::/16", "3fff::/20",
        }.Select(range => IPNetwork.Parse(range)),
    ];

    // Everything else that is routed is given out from here; loopback, link-local, unique local, NAT64 and multicast are not.
    private static readonly IPNetwork GlobalUnicast = IPNetwork.Parse("2000::/3");

    public static bool IsPublic(IPAddress address)
    {
        var plain = Plain(address);
        if (plain.AddressFamily == AddressFamily.InterNetworkV6 && (!GlobalUnicast.Contains(plain) || plain.ScopeId != 0 || IsIsatap(plain)))
        {
            return false;
        }

        return plain.AddressFamily is AddressFamily.InterNetwork or AddressFamily.InterNetworkV6 && !Array.Exists(Special, range => range.Contains(plain));
    }

    /// <summary>An IPv4-mapped address as the IPv4 address that a connection to it reaches.</summary>
    public static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    // RFC 5214: the interface identifier says 0:5EFE or 200:5EFE and then an IPv4 address, inside whatever prefix the site has.
    private static bool IsIsatap(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        return (BinaryPrimitives.ReadUInt32BigEndian(bytes[8..]) & 0xFDFF_FFFF) == 0x0000_5EFE;
    }
}
