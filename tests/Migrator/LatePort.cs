using System.Net;
using System.Net.Sockets;
using System.Text;

namespace AiTeams.Migrator.Tests;

/// <summary>A port that refuses connections until it is opened and then leads to another one.</summary>
internal sealed class LatePort : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly CancellationTokenSource _closed = new();
    private readonly int _target;

    public LatePort(int target)
    {
        _target = target;
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));      // bound and not listening: reserved, and refusing
        Port = ((IPEndPoint)_socket.LocalEndPoint!).Port;
    }

    public int Port { get; }

    public void Open()
    {
        _socket.Listen();
        _ = Task.Run(AcceptAsync);
    }

    public void Dispose()
    {
        _closed.Cancel();
        _socket.Dispose();
        _closed.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_closed.IsCancellationRequested)
        {
            var client = new NetworkStream(await _socket.AcceptAsync(_closed.Token), ownsSocket: true);
            var server = new TcpClient();
            await server.ConnectAsync(IPAddress.Loopback, _target, _closed.Token);
            _ = PassOnAsync(client, server.GetStream());
            _ = PassOnAsync(server.GetStream(), client);
        }
    }

    private async Task PassOnAsync(NetworkStream from, NetworkStream to)
    {
        await from.CopyToAsync(to, _closed.Token);
        await to.DisposeAsync();
    }
}

/// <summary>Signals the first line that contains the text.</summary>
internal sealed class SignallingWriter(string text) : TextWriter
{
    private readonly TaskCompletionSource _seen = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override Encoding Encoding => Encoding.UTF8;

    public Task Seen => _seen.Task;

    public override Task WriteLineAsync(string? value)
    {
        if (value?.Contains(text, StringComparison.Ordinal) == true)
        {
            _seen.TrySetResult();
        }

        return Task.CompletedTask;
    }
}
