using System.Net;
using System.Net.Sockets;

namespace AiTeams.LocalHosting;

/// <summary>
/// The stable port in front of several replicas: connections go round-robin, and to the next replica when one refuses. An early
/// connection is kept waiting until some replica is up.
/// </summary>
internal sealed class TcpProxy : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private readonly TcpListener _listener;
    private readonly IReadOnlyList<int> _targets;
    private readonly CancellationTokenSource _closing = new();
    private readonly Task _accepting;
    private int _next = -1;

    public TcpProxy(int port, IReadOnlyList<int> targets)
    {
        _targets = targets;
        _listener = new TcpListener(IPAddress.Loopback, port);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _closing.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ForwardAsync(await _listener.AcceptSocketAsync(_closing.Token), _closing.Token);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // The listener was closed.
        }
    }

    private async Task ForwardAsync(Socket client, CancellationToken cancellationToken)
    {
        try
        {
            using (client)
            using (var server = await ConnectAsync(cancellationToken))
            {
                client.NoDelay = true;
                await using var near = new NetworkStream(client);
                await using var far = new NetworkStream(server);
                Task[] ways = [CopyAsync(near, far, server, cancellationToken), CopyAsync(far, near, client, cancellationToken)];
                await await Task.WhenAny(ways);           // broken one way is broken: a killed replica says nothing the other way, and a client would wait for ever
                await Task.WhenAll(ways);
            }
        }
        catch (Exception exception) when (exception is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // One side went away; the other learns it by the closed connection.
        }
    }

    private async Task<Socket> ConnectAsync(CancellationToken cancellationToken)
    {
        var waited = System.Diagnostics.Stopwatch.StartNew();
        while (true)
        {
            for (var attempt = 0; attempt < _targets.Count; attempt++)
            {
                var target = _targets[(int)((uint)Interlocked.Increment(ref _next) % (uint)_targets.Count)];
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                try
                {
                    await socket.ConnectAsync(IPAddress.Loopback, target, cancellationToken);
                    return socket;
                }
                catch (SocketException) when (waited.Elapsed < Patience)
                {
                    socket.Dispose();
                }
            }

            await Task.Delay(Pause, cancellationToken);
        }
    }

    private static async Task CopyAsync(Stream from, Stream to, Socket target, CancellationToken cancellationToken)
    {
        await from.CopyToAsync(to, cancellationToken);
        target.Shutdown(SocketShutdown.Send); // half closed: the answer may still be on its way
    }
}
