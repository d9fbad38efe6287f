using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace AiTeams.ServiceDefaults.Grpc;

/// <summary>Where this process answers gRPC. With GRPC_PORT=0 the port is known once the host has started.</summary>
public sealed class GrpcEndpoint
{
    private ListenOptions? _listen;

    /// <summary>The bound address as http://host:port; null when GRPC_PORT is not set.</summary>
    public string? Address => _listen?.IPEndPoint is { } at ? $"http://{at}" : null;

    internal int? Port => _listen?.IPEndPoint?.Port;

    /// <summary>Every URL to listen on, gRPC's last; empty when GRPC_PORT is not set.</summary>
    internal IReadOnlyList<string> Urls { get; set; } = [];

    internal void Listening(ListenOptions listen) => _listen = listen;
}
