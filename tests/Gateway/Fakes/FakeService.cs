using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AiTeams.Gateway.Tests.Fakes;

/// <summary>A service behind the gateway: tells what it was asked, or answers as the test says.</summary>
internal sealed class FakeService : IAsyncDisposable
{
    private readonly WebApplication _app;

    private FakeService(WebApplication app, string name) => (_app, Name) = (app, name);

    public string Name { get; }

    public ConcurrentQueue<Asked> Requests { get; } = new();

    /// <summary>Answers instead of the echo, where it is not null.</summary>
    public RequestDelegate? Answer { get; set; }

    public static async Task<FakeService> StartAsync(string name, string address)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(address);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = null);
        var app = builder.Build();
        var service = new FakeService(app, name);
        app.Run(service.HandleAsync);
        await app.StartAsync();
        return service;
    }

    public async ValueTask DisposeAsync()
    {
        using var atOnce = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        await _app.StopAsync(atOnce.Token);
        await _app.DisposeAsync();
    }

    private async Task HandleAsync(HttpContext context)
    {
        var request = context.Request;
        if (Answer is { } answer)
        {
            await answer(context);
            return;
        }

        using var reader = new StreamReader(request.Body);
        var asked = new Asked(
            Name, request.Method, $"{request.Path.ToUriComponent()}{request.QueryString}", await reader.ReadToEndAsync(),
            request.Headers.ToDictionary(header => header.Key.ToLowerInvariant(), header => header.Value.ToString()));
        Requests.Enqueue(asked);
        context.Response.Headers.Server = "secret-server/1.0";
        context.Response.ContentType = "application/json";
        await JsonSerializer.SerializeAsync(context.Response.Body, asked);
    }
}

internal sealed record Asked(string Service, string Method, string Path, string Body, Dictionary<string, string> Headers);
