using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;

namespace AiTeams.LocalHosting;

/// <summary>
/// Gives every endpoint its port in one pass. All listeners are held until the list is complete, so no port is given twice; free
/// ports come from below the kernel's own range, where no outgoing connection can take them meanwhile.
/// </summary>
internal sealed class PortReservation(LocalState state, IConfiguration configuration) : IDisposable
{
    private const int FirstPort = 20000;
    private const int LastPort = 31999;
    private readonly List<TcpListener> _held = [];
    private readonly Dictionary<string, string> _chosen = [];

    public void Allocate(IEnumerable<IResource> resources)
    {
        foreach (var resource in resources)
        {
            var replicas = Replicas.Of(resource);
            foreach (var endpoint in resource.Annotations.OfType<EndpointAnnotation>())
            {
                endpoint.AllocatedPort = Fixed(resource, endpoint) is { } port
                    ? Hold(port) ? port : throw Taken(resource, endpoint, port)
                    : Free($"{resource.Name}.{endpoint.Name}");
                endpoint.ReplicaPorts = replicas == 1
                    ? [endpoint.AllocatedPort.Value]
                    : [.. Enumerable.Range(0, replicas).Select(replica => Free($"{resource.Name}.{endpoint.Name}.{replica}"))];
            }
        }
    }

    /// <summary>The remembered port under this name if it is free, else another one, remembered from now on.</summary>
    public int Free(string name)
    {
        if (int.TryParse(state.Ports.Get(name), CultureInfo.InvariantCulture, out var remembered) && Hold(remembered))
        {
            return remembered;
        }

        for (var attempt = 0; attempt < 1000; attempt++)
        {
            var port = Random.Shared.Next(FirstPort, LastPort);
            if (Hold(port))
            {
                _chosen[name] = port.ToString(CultureInfo.InvariantCulture);
                return port;
            }
        }

        throw new DistributedApplicationException($"No free port between {FirstPort} and {LastPort} on 127.0.0.1.");
    }

    /// <summary>Lets the ports go, for those that are to bind them, and remembers the new ones.</summary>
    public void Dispose()
    {
        foreach (var listener in _held)
        {
            listener.Dispose();
        }

        if (_chosen.Count > 0)
        {
            state.Ports.Set(_chosen);
        }
    }

    private int? Fixed(IResource resource, EndpointAnnotation endpoint)
    {
        var configured = Configured(resource.Name, endpoint.Name) ?? Configured(resource.Name.Replace('-', '_'), endpoint.Name);
        if (configured is not null)
        {
            var port = int.Parse(configured, CultureInfo.InvariantCulture);
            return port == 0 ? null : port;
        }

        return endpoint.Port ?? (Replicas.Of(resource) == 1 ? endpoint.TargetPort : null);
    }

    // A shell cannot export a name with a hyphen, so an underscore does as well.
    private string? Configured(string resource, string endpoint) => configuration[$"LocalHosting:Ports:{resource}:{endpoint}"]
        ?? (endpoint is "http" or "tcp" ? configuration[$"LocalHosting:Ports:{resource}"] : null);

    private bool Hold(int port)
    {
        var listener = new TcpListener(IPAddress.Loopback, port) { ExclusiveAddressUse = true };
        try
        {
            listener.Start();
            _held.Add(listener);
            return true;
        }
        catch (SocketException)
        {
            listener.Dispose();
            return false;
        }
    }

    private static DistributedApplicationException Taken(IResource resource, EndpointAnnotation endpoint, int port) => new(
        $"Port {port} on 127.0.0.1, which {resource.Name} ({endpoint.Name}) is to use, is taken by another program. "
        + $"Stop that program, or choose another port: LocalHosting__Ports__{resource.Name.Replace('-', '_')}=<port>, 0 for any free one.");
}
