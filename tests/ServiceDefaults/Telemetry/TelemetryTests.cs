using System.Diagnostics;
using AiTeams.Contracts.Memory.V1;
using AiTeams.ServiceDefaults.Tests.Messaging;
using AiTeams.Testing;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using OpenTelemetry;
using MemoryContract = AiTeams.Contracts.Memory.V1.Memory;

namespace AiTeams.ServiceDefaults.Tests.Telemetry;

public sealed class TelemetryTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task One_trace_spans_HTTP_gRPC_and_SQL()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        await using var database = await TestDatabase.CreateAsync();
        await using var back = await ServiceUnderTest.StartAsync(
            builder => builder.AddPostgres(),
            app => app.MapGrpcService<Back>(),
            Settings(receiver, ("ConnectionStrings:aiteams", database.ConnectionStringFor("memory_service"))),
            "memory");
        await using var front = await ServiceUnderTest.StartAsync(
            builder => builder.AddGrpcClient<MemoryContract.MemoryClient>("memory", invoker => new(invoker)),
            app => app.MapGet("/workflows/{id}", async (string id, MemoryContract.MemoryClient memory, ILogger<TelemetryTests> logger) =>
            {
                logger.LogInformation("looking for {Workflow}", id);
                await memory.SearchAsync(new SearchRequest { Query = id });
                return Activity.Current!.TraceId.ToHexString();
            }),
            Settings(receiver, ("services:memory:grpc:0", back.GrpcAddress)),
            "gateway");
        using var client = front.Client();

        var trace = await client.GetStringAsync("/workflows/w1");
        List<ReceivedSpan> path = [];
        await Eventually.AssertAsync(
            () =>
            {
                path = PathToRoot(Of(receiver, trace), Of(receiver, trace).First(IsStatement));
                return path.Any(span => span["http.route"] == "/workflows/{id}");
            },
            Deadline,
            "every span from the SQL statement up to the request arrives");

        Assert.Equal("Npgsql", path[0].Source);
        Assert.Contains(path, span => span.Span.Name == "POST /aiteams.memory.v1.Memory/Search" && span["http.route"] is not null);
        var request = path.First(span => span["http.route"] == "/workflows/{id}");
        Assert.Equal(("GET /workflows/{id}", "200"), (request.Span.Name, request["http.response.status_code"]));
        Assert.All(path, span => Assert.Equal(trace, span.TraceId));
        await Eventually.AssertAsync(
            () => Of(receiver, trace).Select(span => span.Service).Intersect(["gateway", "memory"]).Count() == 2, Deadline, "both services send what they saw");
        await Eventually.AssertAsync(
            () => receiver.LogBodies.Any(body => body.Contains("looking for w1", StringComparison.Ordinal)), Deadline, "the log record arrives");
    }

    [Fact]
    public async Task One_trace_spans_what_wrote_an_event_and_what_came_of_it()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        await using var broker = await TestBroker.CreateAsync();
        await using var host = await MessagingHost.StartAsync(broker.ConnectionString, Settings(receiver));
        using var cause = new Activity("cause").SetIdFormat(ActivityIdFormat.W3C);
        cause.ActivityTraceFlags = ActivityTraceFlags.Recorded;
        cause.Start();
        await host.WriteAsync(MessagingHost.Event("traced"));
        var trace = cause.TraceId.ToHexString();
        cause.Stop();

        await Eventually.AssertAsync(async () => await host.EffectsAsync() == 1, Deadline, "the effect happens");
        await Eventually.AssertAsync(
            () => Of(receiver, trace).Exists(span => span.Source == "Npgsql" && span["db.query.text"]?.Contains("public.effects", StringComparison.Ordinal) == true),
            Deadline,
            "the span of the effect's statement arrives");

        Assert.Contains(Of(receiver, trace), span => span.Span.Name == "outbox ExecutionFinished");
        Assert.Contains(Of(receiver, trace), span => span.Source == "MassTransit");
    }

    [Fact]
    public async Task Probes_leave_no_spans_and_the_rest_is_sent_when_the_service_stops()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        await using (var service = await ServiceUnderTest.StartAsync(
            map: app => app.MapGet("/work", () => "done"),
            settings: Settings(receiver, ("OTEL_BSP_SCHEDULE_DELAY", "600000"), ("OTEL_METRIC_EXPORT_INTERVAL", "600000"))))
        {
            using var client = service.Client();
            await client.GetStringAsync("/health");
            await client.GetStringAsync("/alive");
            await client.GetStringAsync("/work");
        }

        Assert.Contains(receiver.Spans, span => span.Span.Name == "GET /work");
        Assert.DoesNotContain(receiver.Spans, span => span.Source == "Microsoft.AspNetCore" && span["url.path"] is "/health" or "/alive");
        Assert.Contains("metrics", receiver.Signals.Keys);
    }

    [Fact]
    public async Task Without_an_endpoint_nothing_is_collected()
    {
        await using var service = await ServiceUnderTest.StartAsync();

        Assert.Null(service.App.Services.GetService<OpenTelemetrySdk>());
    }

    private static Dictionary<string, string> Settings(OtlpReceiver receiver, params (string Key, string Value)[] more)
    {
        var settings = new Dictionary<string, string>
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = receiver.Address,
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_BSP_SCHEDULE_DELAY"] = "100",
            ["OTEL_BLRP_SCHEDULE_DELAY"] = "100",
        };
        foreach (var (key, value) in more)
        {
            settings[key] = value;
        }

        return settings;
    }

    private static List<ReceivedSpan> Of(OtlpReceiver receiver, string trace) =>
        [.. receiver.Spans.Where(span => span.TraceId == trace)];

    private static bool IsStatement(ReceivedSpan span) => span.Source == "Npgsql" && span["db.query.text"] == "SELECT 7";

    private static List<ReceivedSpan> PathToRoot(List<ReceivedSpan> spans, ReceivedSpan leaf)
    {
        List<ReceivedSpan> path = [leaf];
        while (spans.FirstOrDefault(span => span.Id == path[^1].ParentId) is { } parent)
        {
            path.Add(parent);
        }

        return path;
    }

    private sealed class Back(NpgsqlDataSource source) : MemoryContract.MemoryBase
    {
        public override async Task<SearchResponse> Search(SearchRequest request, ServerCallContext context)
        {
            await using var command = source.CreateCommand("SELECT 7");
            await command.ExecuteScalarAsync(context.CancellationToken);
            return new SearchResponse();
        }
    }
}
