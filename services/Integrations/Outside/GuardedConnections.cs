using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;

namespace AiTeams.Integrations.Outside;

/// <summary>The target is one the platform does not call; the message is for the author of the call.</summary>
internal sealed class RefusedTargetException(string message) : Exception(message);

/// <summary>Opens connections, each to an address that was checked and to no other: the name is not looked up a second time.</summary>
internal sealed class GuardedConnections(TargetPolicy policy, INameResolver resolver, IOptions<OutsideSettings> settings)
{
    // A name with a dead address among living ones must not eat the time of all.
    private static readonly TimeSpan PerAddress = TimeSpan.FromSeconds(3);

    public TimeSpan Patience { get; } = TimeSpan.FromSeconds(settings.Value.ConnectSeconds);

    /// <summary>The addresses of a host that may be called, in the resolver's order.</summary>
    /// <exception cref="RefusedTargetException">None of them may.</exception>
    public async Task<IReadOnlyList<IPAddress>> AddressesAsync(string host, int port, CancellationToken cancellationToken)
    {
        var name = HostName.Of(host) ?? throw new RefusedTargetException($"'{host}' is not a host that could be called.");
        if (policy.RefuseHost(name, port) is { } refusal)
        {
            throw new RefusedTargetException(refusal);
        }

        var found = IPAddress.TryParse(name, out var literal) ? [literal] : await resolver.ResolveAsync(name, cancellationToken);
        if (found.Length == 0)
        {
            throw new SocketException((int)SocketError.HostNotFound);
        }

        var permitted = found.Select(AddressRanges.Plain).Where(address => policy.Permits(name, address, port)).Distinct().ToArray();
        return permitted.Length > 0 ? permitted : throw new RefusedTargetException(TargetPolicy.Private(name));
    }

    /// <summary>For <see cref="SocketsHttpHandler.ConnectCallback"/>.</summary>
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken) =>
        await ConnectAsync(context.DnsEndPoint.Host, context.DnsEndPoint.Port, cancellationToken);

    /// <summary>For everything that is not HTTP.</summary>
    /// <exception cref="RefusedTargetException">None of the host's addresses may be called.</exception>
    /// <exception cref="SocketException">None of them answers.</exception>
    public async Task<Stream> ConnectAsync(string host, int port, CancellationToken cancellationToken) =>
        await ConnectAsync(await AddressesAsync(host, port, cancellationToken), port, cancellationToken);

    /// <summary>To a server that the operator has named: wherever it is.</summary>
    public async Task<Stream> ConnectToOperatorsAsync(string host, int port, CancellationToken cancellationToken) =>
        await ConnectAsync(IPAddress.TryParse(host, out var literal) ? [literal] : await resolver.ResolveAsync(host, cancellationToken), port, cancellationToken);

    private async Task<Stream> ConnectAsync(IReadOnlyList<IPAddress> addresses, int port, CancellationToken cancellationToken)
    {
        if (addresses.Count == 0)
        {
            throw new SocketException((int)SocketError.HostNotFound);
        }

        for (var index = 0; ; index++)
        {
            var isLast = index == addresses.Count - 1;
            var socket = new Socket(addresses[index].AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(isLast ? Patience : PerAddress);
            try
            {
                await socket.ConnectAsync(new IPEndPoint(addresses[index], port), limit.Token);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (Exception ex) when (!isLast && !cancellationToken.IsCancellationRequested && ex is SocketException or OperationCanceledException)
            {
                socket.Dispose();                         // the next address may answer
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }
    }
}
