using System.Net;
using System.Net.Sockets;

namespace AiTeams.Gateway.Limits;

/// <summary>Where a request comes from, as far as limits care.</summary>
internal static class Address
{
    private const int NetworkBytes = 8;

    /// <summary>An IPv6 customer holds a whole /64 and could count through it: the network is the identity.</summary>
    public static string Of(HttpContext context)
    {
        var address = context.Connection.RemoteIpAddress;
        if (address is null)
        {
            return "local";
        }

        if (address.IsIPv4MappedToIPv6)
        {
            address = address.MapToIPv4();
        }

        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return address.ToString();
        }

        var bytes = address.GetAddressBytes();
        Array.Clear(bytes, NetworkBytes, bytes.Length - NetworkBytes);
        return $"{new IPAddress(bytes)}/64";
    }
}
