using System.Net;
using System.Net.Sockets;

namespace AiTeams.Testing;

/// <summary>
/// Stands between a service and a server that others share: <see cref="Cut"/> is that server's outage as the service sees it, with its
/// connections broken and new ones refused, and <see cref="Restore"/> its end.
/// </summary>
public sealed class TcpRelay : IAsyncDisposable
{
    private readonly int _target;
    private readonly HashSet<Socket> _open = [];
    private TcpListener? _listener;
    private Task _accepting = Task.CompletedTask;
    private long _left = long.MaxValue;

    public TcpRelay(int targetPort)
    {
        _target = targetPort;
        Port = FreePorts.Take();
        Restore();
    }

    /// <summary>Connect here instead of to the server.</summary>
    public int Port { get; }

    /// <summary>From now on the server gets only so many bytes more: its client has stopped in the middle of sending.</summary>
    public void StopAfter(int bytes) => Volatile.Write(ref _left, bytes);

    public void Cut()
    {
        lock (_open)
        {
            _listener?.Dispose();
            _listener = null;
            foreach (var socket in _open)
            {
                socket.LingerState = new LingerOption(true, 0);        // a reset, as when the other process has died
                socket.Dispose();
            }

            _open.Clear();
        }
    }

    public void Restore()
    {
        lock (_open)
        {
            if (_listener is null)
            {
                _listener = new TcpListener(IPAddress.Loopback, Port);
                _listener.Start();
                _accepting = AcceptAsync(_listener);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        Cut();
        await _accepting;
    }

    private async Task AcceptAsync(TcpListener listener)
    {
        try
        {
            while (true)
            {
                _ = RelayAsync(listener, await listener.AcceptSocketAsync());
            }
        }
        catch (Exception ex) when (ex is SocketException or ObjectDisposedException)
        {
            // cut
        }
    }

    private async Task RelayAsync(TcpListener listener, Socket client)
    {
        var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        client.NoDelay = true;
        lock (_open)
        {
            if (_listener != listener)
            {
                client.Dispose();
                server.Dispose();
                return;
            }

            _open.UnionWith([client, server]);
        }

        try
        {
            await server.ConnectAsync(IPAddress.Loopback, _target);
            Task[] ways = [SendAsync(client, server), CopyAsync(server, client)];
            await await Task.WhenAny(ways);               // broken one way is broken
            await Task.WhenAll(ways);
        }
        catch (Exception ex) when (ex is SocketException or IOException or ObjectDisposedException)
        {
            // one side has gone: so does the other
        }
        finally
        {
            lock (_open)
            {
                _open.ExceptWith([client, server]);
            }

            client.Dispose();
            server.Dispose();
        }
    }

    private async Task SendAsync(Socket client, Socket server)
    {
        var buffer = new byte[8192];
        while (await client.ReceiveAsync(buffer) is var read and > 0)
        {
            var some = (int)Math.Min(read, Volatile.Read(ref _left));
            for (var sent = 0; sent < some;)
            {
                sent += await server.SendAsync(buffer.AsMemory(sent, some - sent));
            }

            if (Volatile.Read(ref _left) != long.MaxValue)
            {
                Interlocked.Add(ref _left, -some);
            }

            if (some < read)
            {
                return;                                   // open, and silent
            }
        }

        server.Shutdown(SocketShutdown.Send);
    }

    private static async Task CopyAsync(Socket from, Socket to)
    {
        await using var source = new NetworkStream(from);
        await using var target = new NetworkStream(to);
        await source.CopyToAsync(target);
        to.Shutdown(SocketShutdown.Send);
    }
}
