using System.Globalization;
using Aspire.Hosting.ApplicationModel;

namespace AiTeams.LocalHosting;

/// <summary>Asks one replica whether it is healthy.</summary>
internal sealed class HealthProbe(IResource resource, int replica) : IDisposable
{
    private readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false, ConnectTimeout = TimeSpan.FromSeconds(1) })
    {
        Timeout = TimeSpan.FromSeconds(5),
    };

    private readonly HttpHealthCheck[] _checks = [.. resource.Annotations.OfType<HttpHealthCheck>()];

    public bool HasChecks => _checks.Length > 0;

    /// <returns>Nothing when healthy, else why not.</returns>
    public async Task<string?> ComplaintAsync(CancellationToken cancellationToken)
    {
        foreach (var check in _checks)
        {
            if (await ComplaintAsync(check, cancellationToken) is { } complaint)
            {
                return complaint;
            }
        }

        return null;
    }

    public void Dispose() => _client.Dispose();

    private async Task<string?> ComplaintAsync(HttpHealthCheck check, CancellationToken cancellationToken)
    {
        var endpoints = resource.Annotations.OfType<EndpointAnnotation>();
        var endpoint = check.EndpointName is { } name
            ? endpoints.FirstOrDefault(candidate => candidate.Name == name)
            : endpoints.FirstOrDefault(candidate => candidate.UriScheme == "http");
        if (endpoint is null)
        {
            return $"it has no endpoint '{check.EndpointName ?? "http"}' to ask for its health";
        }

        var url = new Uri($"http://{endpoint.TargetHost}:{endpoint.ReplicaPorts[replica].ToString(CultureInfo.InvariantCulture)}{check.Path}");
        try
        {
            using var answer = await _client.GetAsync(url, cancellationToken);
            return (int)answer.StatusCode == check.StatusCode ? null : $"{url} answers {(int)answer.StatusCode}";
        }
        catch (HttpRequestException exception)
        {
            return $"{url}: {exception.Message}";
        }
        catch (TaskCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return $"{url} does not answer";
        }
    }
}
