using System.Collections.Concurrent;
using AiTeams.ServiceDefaults.Tests.Telemetry.Otlp;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AiTeams.ServiceDefaults.Tests.Telemetry;

internal sealed record ReceivedSpan(string Service, string Source, Span Span)
{
    public string TraceId => Convert.ToHexStringLower(Span.TraceId.Span);

    public string Id => Convert.ToHexStringLower(Span.SpanId.Span);

    public string ParentId => Convert.ToHexStringLower(Span.ParentSpanId.Span);

    public string? this[string attribute] => Span.Attributes.FirstOrDefault(a => a.Key == attribute)?.Value is { } value
        ? value.ValueCase == Value.ValueOneofCase.Number ? $"{value.Number}" : value.Text
        : null;
}

/// <summary>Takes what a service exports over OTLP/HTTP.</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;

    private OtlpReceiver(WebApplication app) => _app = app;

    public ConcurrentQueue<ReceivedSpan> Spans { get; } = [];

    /// <summary>Which of traces, metrics and logs came, with the size of all their bodies.</summary>
    public ConcurrentDictionary<string, int> Signals { get; } = [];

    public ConcurrentQueue<string> LogBodies { get; } = [];

    public string Address => _app.Urls.First();

    public static async Task<OtlpReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var receiver = new OtlpReceiver(app);
        app.MapPost("/v1/{signal}", receiver.TakeAsync);
        await app.StartAsync();
        return receiver;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task TakeAsync(string signal, HttpRequest request)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        Signals.AddOrUpdate(signal, (int)body.Length, (_, before) => before + (int)body.Length);
        switch (signal)
        {
            case "logs":
                LogBodies.Enqueue(System.Text.Encoding.UTF8.GetString(body.ToArray()));
                break;
            case "traces":
                foreach (var resource in ExportTraces.Parser.ParseFrom(body.ToArray()).ResourceSpans)
                {
                    var service = resource.Resource.Attributes.First(attribute => attribute.Key == "service.name").Value.Text;
                    foreach (var scope in resource.ScopeSpans)
                    {
                        foreach (var span in scope.Spans)
                        {
                            Spans.Enqueue(new ReceivedSpan(service, scope.Scope.Name, span));
                        }
                    }
                }

                break;
        }
    }
}
