using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AiTeams.HumanInTheLoop.Tests.World;

/// <summary>What a webhook's receiver got, with the bytes that were signed.</summary>
internal sealed record Received(byte[] Body, IReadOnlyDictionary<string, string> Headers)
{
    public JsonNode Json => JsonNode.Parse(Body)!;
}

/// <summary>Somebody's own program behind /hooks/{name}. gone… answers 410, slow… answers 503 twice and then takes it.</summary>
internal sealed class WebhookReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, int> _tries = new();

    private WebhookReceiver(WebApplication app)
    {
        _app = app;
        app.MapPost("/hooks/{name}", TakeAsync);
    }

    public ConcurrentDictionary<string, ConcurrentQueue<Received>> Taken { get; } = new();

    public static async Task<WebhookReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var receiver = new WebhookReceiver(builder.Build());
        await receiver._app.StartAsync();
        return receiver;
    }

    public string Url(string name) => $"{_app.Urls.Single()}/hooks/{name}";

    public IReadOnlyList<Received> Of(string name) => Taken.TryGetValue(name, out var taken) ? [.. taken] : [];

    public int Tries(string name) => _tries.GetValueOrDefault(name);

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task<IResult> TakeAsync(HttpRequest request, string name)
    {
        var tries = _tries.AddOrUpdate(name, 1, (_, count) => count + 1);
        if (name.StartsWith("gone", StringComparison.Ordinal))
        {
            return Results.StatusCode(410);
        }

        if (name.StartsWith("slow", StringComparison.Ordinal) && tries < 3)
        {
            return Results.StatusCode(503);
        }

        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        Taken.GetOrAdd(name, _ => new()).Enqueue(new Received(body.ToArray(), request.Headers.ToDictionary(header => header.Key.ToLowerInvariant(), header => header.Value.ToString())));
        return Results.Ok();
    }
}
