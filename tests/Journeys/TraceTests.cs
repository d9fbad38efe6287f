extern alias Gateway;
extern alias WorkflowEngine;

using System.Net.Http.Json;
using System.Text.Json.Nodes;
using AiTeams.ServiceDefaults.Tests.Telemetry;
using AiTeams.Testing;

namespace AiTeams.Journeys.Tests;

/// <summary>What an operator sees of a run: one trace from the front door to the SQL.</summary>
public sealed class TraceTests(TestEnvironment environment) : IClassFixture<TestEnvironment>
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task One_trace_of_a_run_spans_gateway_engine_and_SQL()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        var exporting = new ServiceOptions
        {
            Settings = new Dictionary<string, string>
            {
                ["OTEL_EXPORTER_OTLP_ENDPOINT"] = receiver.Address,
                ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
                ["OTEL_BSP_SCHEDULE_DELAY"] = "200",
            },
        };
        await environment.NewProcessAsync<WorkflowEngine::Program>(exporting);
        var gateway = await environment.NewProcessAsync<Gateway::Program>(exporting);
        var person = await Person.SignUpAsync(gateway.HttpAddress);
        var workflow = await person.CreateAsync(Documents.Waiting(seconds: 0.1));

        using var answer = await person.Http.PostAsJsonAsync($"/api/v1/app/workflows/{workflow}/executions", new JsonObject());
        var trace = answer.Headers.GetValues("X-Trace-ID").Single();
        List<ReceivedSpan> path = [];
        await Eventually.AssertAsync(
            () =>
            {
                path = PathOfAStatement([.. receiver.Spans.Where(span => span.TraceId == trace)]);
                return path is [.., { Service: "gateway", ParentId: "" }];
            },
            Patience,
            "a statement of the engine and everything above it up to the gateway's root span arrive");

        Assert.Equal("workflow-engine", path[0].Service);
        Assert.Contains(path, span => span.Service == "workflow-engine" && span["http.route"] == "/api/v1/app/workflows/{id}/executions");
    }

    /// <summary>From a statement of the engine upwards, as far as the spans have arrived: each service sends its own when it likes.</summary>
    private static List<ReceivedSpan> PathOfAStatement(List<ReceivedSpan> spans)
    {
        var path = new List<ReceivedSpan>();
        for (var span = spans.Find(s => s is { Source: "Npgsql", Service: "workflow-engine" }); span is not null; span = spans.Find(s => s.Id == span.ParentId))
        {
            path.Add(span);
        }

        return path;
    }
}
