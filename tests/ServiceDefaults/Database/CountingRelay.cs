using System.Net;
using System.Net.Sockets;

namespace AiTeams.ServiceDefaults.Tests.Database;

/// <summary>Passes one connection on to the server and counts how often the client spoke after the server had answered.</summary>
internal sealed class CountingRelay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private Task _running = Task.CompletedTask;
    private bool _serverSpokeLast = true;
    private int _roundTrips;

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public int RoundTrips
    {
        get
        {
            lock (_gate)
            {
                return _roundTrips;
            }
        }
    }

    public static Task<CountingRelay> StartAsync(int serverPort)
    {
        var relay = new CountingRelay();
        relay._listener.Start();
        relay._running = relay.RunAsync(serverPort);
        return Task.FromResult(relay);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _running.ContinueWith(_ => { }, TaskScheduler.Default);
        _stop.Dispose();
    }

    private async Task RunAsync(int serverPort)
    {
        using var client = await _listener.AcceptTcpClientAsync(_stop.Token);
        using var server = new TcpClient { NoDelay = true };
        await server.ConnectAsync(IPAddress.Loopback, serverPort, _stop.Token);
        await Task.WhenAny(
            PassOnAsync(client.GetStream(), server.GetStream(), isClient: true),
            PassOnAsync(server.GetStream(), client.GetStream(), isClient: false));
    }

    private async Task PassOnAsync(NetworkStream from, NetworkStream to, bool isClient)
    {
        var buffer = new byte[16 * 1024];
        int length;
        while ((length = await from.ReadAsync(buffer, _stop.Token)) > 0)
        {
            lock (_gate)
            {
                if (isClient && _serverSpokeLast)
                {
                    _roundTrips++;
                }

                _serverSpokeLast = !isClient;
            }

            await to.WriteAsync(buffer.AsMemory(0, length), _stop.Token);
        }
    }
}
