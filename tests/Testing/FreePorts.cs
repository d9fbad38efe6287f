using System.Net;
using System.Net.Sockets;

namespace AiTeams.Testing;

/// <summary>
/// Ports nobody listens on, below the range from which the system takes the local port of an outgoing connection: one of those
/// could otherwise sit on a port between its choice and its use, or while a service restarts.
/// </summary>
public static class FreePorts
{
    private const int First = 12_000;
    private const int Last = 24_000;

    private static readonly HashSet<int> Taken = [];

    /// <summary>A port not given to anybody else in this process.</summary>
    public static int Take() => Take(1);

    /// <summary>The first of <paramref name="count"/> free ports in a row.</summary>
    public static int Take(int count)
    {
        lock (Taken)
        {
            for (var attempt = 0; attempt < 1000; attempt++)
            {
                var first = Random.Shared.Next(First, Last - count);
                var ports = Enumerable.Range(first, count).ToArray();
                if (ports.All(port => !Taken.Contains(port) && IsFree(port)))
                {
                    Taken.UnionWith(ports);
                    return first;
                }
            }
        }

        throw new InvalidOperationException($"No {count} free ports in a row between {First} and {Last}.");
    }

    public static bool IsFree(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
