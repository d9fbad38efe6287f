using System.Net;
using System.Net.Sockets;

namespace AiTeams.Gateway.Tests.Fakes;

/// <summary>A wire to a server that tests can cut, let go silent and mend, while the server itself goes on for everybody else.</summary>
internal sealed class Relay : IAsyncDisposable
{
    private readonly int _target;
    private readonly List<Socket> _open = [];
    private readonly CancellationTokenSource _stop = new();
    private TcpListener? _listener;
    private volatile TaskCompletionSource _flow = new();

    private Relay(int target, int port)
    {
        (_target, Port) = (target, port);
        _flow.SetResult();
        Mend();
    }

    public int Port { get; }

    public static Relay To(int target, int port) => new(target, port);

    /// <summary>The server is gone: connections break and new ones are refused.</summary>
    public void Cut()
    {
        _listener?.Stop();
        _listener = null;
        lock (_open)
        {
            _open.ForEach(socket => socket.Close());
            _open.Clear();
        }
    }

    /// <summary>The server is frozen: connections stand and nothing comes.</summary>
    public void Freeze() => _flow = new TaskCompletionSource();

    public void Mend()
    {
        _flow.TrySetResult();
        if (_listener is null)
        {
            _listener = new TcpListener(IPAddress.Loopback, Port);
            _listener.Start();
            _ = AcceptAsync(_listener);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _flow.TrySetResult();
        Cut();
        _stop.Dispose();
    }

    private async Task AcceptAsync(TcpListener listener)
    {
        try
        {
            while (true)
            {
                var client = await listener.AcceptSocketAsync(_stop.Token);
                var server = new Socket(SocketType.Stream, ProtocolType.Tcp);
                await server.ConnectAsync(IPAddress.Loopback, _target, _stop.Token);
                lock (_open)
                {
                    _open.AddRange([client, server]);
                }

                _ = PumpAsync(client, server);
                _ = PumpAsync(server, client);
            }
        }
        catch (Exception ex) when (ex is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // cut
        }
    }

    private async Task PumpAsync(Socket from, Socket to)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            for (var read = await from.ReceiveAsync(buffer); read > 0; read = await from.ReceiveAsync(buffer))
            {
                await _flow.Task;
                await to.SendAsync(buffer.AsMemory(0, read));
            }
        }
        catch (Exception ex) when (ex is SocketException or ObjectDisposedException)
        {
            // cut
        }

        from.Close();
        to.Close();
    }
}
