using System.Net.Http.Headers;

namespace AiTeams.Testing;

/// <summary>A service under test that answers on two loopback ports: HTTP/1.1 and gRPC.</summary>
public abstract class RunningService : IAsyncDisposable
{
    private readonly List<HttpClient> _clients = [];

    private protected RunningService(string name, int httpPort, int grpcPort)
    {
        Name = name;
        HttpAddress = new Uri($"http://127.0.0.1:{httpPort}");
        GrpcAddress = new Uri($"http://127.0.0.1:{grpcPort}");
        Output = new ServiceOutput(name);
    }

    /// <summary>As in service discovery: "workflow-engine".</summary>
    public string Name { get; }

    public Uri HttpAddress { get; }

    public Uri GrpcAddress { get; }

    public ServiceOutput Output { get; }

    /// <summary>A client of the HTTP endpoint without identity.</summary>
    public HttpClient Client() => Keep(new HttpClient { BaseAddress = HttpAddress });

    /// <summary>A client that shows a fresh token of this user.</summary>
    public HttpClient ClientOf(Guid userId)
    {
        var client = Client();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", TestIdentity.Token(userId));
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        foreach (var client in _clients)
        {
            client.Dispose();
        }

        await EndAsync();
        Output.Dispose();
    }

    private protected abstract Task EndAsync();

    private HttpClient Keep(HttpClient client)
    {
        lock (_clients)
        {
            _clients.Add(client);
        }

        return client;
    }
}
