using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;

namespace AiTeams.Testing;

/// <summary>RabbitMQ's management API.</summary>
public sealed class RabbitManagement : IDisposable
{
    private readonly HttpClient _http;

    public RabbitManagement(ServerSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        _http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{settings.RabbitManagementPort}/api/") };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"aiteams:{settings.RabbitPassword}")));
    }

    public async Task<IReadOnlyList<string>> VirtualHostsAsync()
        => [.. (await _http.GetFromJsonAsync<JsonArray>("vhosts"))!.Select(host => (string)host!["name"]!)];

    public async Task AddVirtualHostAsync(string name)
    {
        await SendAsync(HttpMethod.Put, $"vhosts/{name}", new { });
        await SendAsync(HttpMethod.Put, $"permissions/{name}/aiteams", new { configure = ".*", write = ".*", read = ".*" });
    }

    public Task RemoveVirtualHostAsync(string name) => SendAsync(HttpMethod.Delete, $"vhosts/{name}", null);

    /// <summary>The queues of a virtual host as the API describes them. Its message counts lag behind by seconds.</summary>
    public async Task<JsonArray> QueuesAsync(string virtualHost) => (await _http.GetFromJsonAsync<JsonArray>($"queues/{virtualHost}"))!;

    public void Dispose() => _http.Dispose();

    private async Task SendAsync(HttpMethod method, string path, object? body)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        using var response = await _http.SendAsync(request);
        if (!response.IsSuccessStatusCode)
        {
            throw new InvalidOperationException($"RabbitMQ: {method} {path} gave {(int)response.StatusCode}: {await response.Content.ReadAsStringAsync()}");
        }
    }
}
