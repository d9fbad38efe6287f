using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Nodes;
using AiTeams.Gateway.Limits;
using AiTeams.Gateway.Routing;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace AiTeams.Gateway.Documents;

/// <summary>
/// The whole API as one OpenAPI document: the gateway's endpoints and the reachable ones of every service, as the services
/// describe them. A service that does not answer is there as it last described itself, or not yet.
/// </summary>
internal sealed partial class ApiDocument(
    [FromKeyedServices(ApiDocument.Name)] IOpenApiDocumentProvider own,
    IHttpClientFactory clients,
    IConfiguration configuration,
    TimeProvider clock,
    ILogger<ApiDocument> logger) : IDisposable
{
    public const string Name = "v1";

    private const int MaxBytes = 8 * 1024 * 1024;
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim _one = new(1);
    private readonly Dictionary<string, JsonObject> _last = [];
    private byte[]? _document;
    private DateTimeOffset _until;

    public async Task<byte[]> ReadAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            if (_document is null || clock.GetUtcNow() >= _until)
            {
                _document = await BuildAsync(cancellationToken);
                _until = clock.GetUtcNow() + Fresh;
            }

            return _document;
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    private async Task<byte[]> BuildAsync(CancellationToken cancellationToken)
    {
        var document = await OwnAsync(cancellationToken);
        var described = await Task.WhenAll(RouteTable.Services.Select(async service => (service, Described: await AskAsync(service, cancellationToken))));
        foreach (var (service, description) in described)
        {
            if (description is not null)
            {
                _last[service] = description;
            }

            if (_last.TryGetValue(service, out var known))
            {
                DocumentMerge.Add(document, service, known, path => RouteLookup.Find(path)?.Service == service);
            }
        }

        OpenWithoutToken(document);
        return JsonSerializer.SerializeToUtf8Bytes(document);
    }

    // The document asks for a token everywhere; what can be called without one says so.
    private static void OpenWithoutToken(JsonObject document)
    {
        foreach (var (path, item) in document["paths"] as JsonObject ?? [])
        {
            var needsToken = path is "/auth/v1/user" or "/auth/v1/logout" || RouteLookup.Find(path)?.Layer is Layer.App or Layer.Mcp;
            foreach (var (_, operation) in needsToken ? [] : item as JsonObject ?? [])
            {
                (operation as JsonObject)?.TryAdd("security", new JsonArray());
            }
        }
    }

    private async Task<JsonObject> OwnAsync(CancellationToken cancellationToken)
    {
        using var buffer = new MemoryStream();
        var document = await own.GetOpenApiDocumentAsync(cancellationToken);
        await document.SerializeAsJsonAsync(buffer, OpenApiSpecVersion.OpenApi3_1, cancellationToken);
        return (JsonObject)JsonNode.Parse(buffer.ToArray())!;
    }

    [SuppressMessage("Design", "CA1031", Justification = "Whatever is wrong with a service's description, the others' are shown.")]
    private async Task<JsonObject?> AskAsync(string service, CancellationToken cancellationToken)
    {
        using var client = clients.CreateClient(nameof(ApiDocument));
        client.MaxResponseContentBufferSize = MaxBytes;
        foreach (var destination in ProxyConfiguration.Destinations(configuration, service).Values)
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            patience.CancelAfter(Patience);
            try
            {
                var text = await client.GetByteArrayAsync(new Uri(new Uri(destination.Address), $"/openapi/{Name}.json"), patience.Token);
                return JsonNode.Parse(text) as JsonObject;
            }
            catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
            {
                LogNotDescribed(service, failure.Message);
            }
        }

        return null;
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Service} does not describe its API: {Reason}")]
    private partial void LogNotDescribed(string service, string reason);
}
