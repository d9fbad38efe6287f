using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using AiTeams.Benchmarks.Engine;
using AiTeams.Benchmarks.Measuring;

namespace AiTeams.Benchmarks.Triggers;

/// <summary>
/// Calls of a webhook that answers at once, against the same executions started through gRPC as the scheduler starts them: what looking the
/// path up, reading the call and the second hop come to. Each caller waits for its answer and calls again.
/// </summary>
internal static class WebhookFigures
{
    private static readonly int[] Callers = [1, 50];

    private const string Document =
        """{"metadata":{"name":"Webhook"},"nodes":[{"id":"start","name":"Start","description":"d","type":"TRIGGER","subtype":"WEBHOOK","configurations":{}}],"connections":[],"triggers":["start"]}""";

    public static async Task MeasureAsync(EngineUnderTest engine, BenchmarkOptions options, CancellationToken cancellationToken)
    {
        var workflow = await engine.SaveAsync(Document, cancellationToken);
        var scheduler = await engine.StartSchedulerAsync();
        using var owner = scheduler.ClientOf(engine.User);
        using var deployed = await owner.PostAsync($"/api/v1/app/workflows/{workflow}/deploy", null, cancellationToken);
        deployed.EnsureSuccessStatusCode();
        var path = JsonDocument.Parse(await deployed.Content.ReadAsStringAsync(cancellationToken)).RootElement.GetProperty("triggers")[0].GetProperty("webhook_url").GetString()!;
        using var http = scheduler.Client();
        var duration = TimeSpan.FromSeconds(10 * options.Scale);
        await RunAsync(50, duration, CallAsync);          // what is compiled once does not count
        foreach (var callers in Callers)
        {
            var plain = await RunAsync(callers, duration, StartAsync);
            var times = await RunAsync(callers, duration, CallAsync);
            await options.Figures.WriteLineAsync(Figure.Of(string.Create(CultureInfo.InvariantCulture, $"start_through_grpc@{callers}"), plain).ToJson());
            await options.Figures.WriteLineAsync(Figure.Of(string.Create(CultureInfo.InvariantCulture, $"webhook_immediately@{callers}"), times, plain).ToJson());
        }

        async Task CallAsync()
        {
            using var body = new StringContent("""{"order":{"id":17,"amount":150,"customer":"ada@example.org"},"items":[{"sku":"a","n":2},{"sku":"b","n":1}]}""", Encoding.UTF8, "application/json");
            using var answer = await http.PostAsync(path, body, cancellationToken);
            if (answer.StatusCode != HttpStatusCode.Accepted || answer.Headers.Location is null)
            {
                throw new InvalidOperationException($"{(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync(cancellationToken)}");
            }
        }

        async Task StartAsync()
        {
            var request = Load.Request(engine, workflow, waitSeconds: 0);
            request.IdempotencyKey = Guid.CreateVersion7().ToString("N");
            await engine.Calls.StartExecutionAsync(request, engine.Identity, cancellationToken: cancellationToken);
        }
    }

    private static async Task<Samples> RunAsync(int callers, TimeSpan duration, Func<Task> call)
    {
        var started = Stopwatch.GetTimestamp();
        var times = await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(CallAsync)));
        return new Samples(times.SelectMany(list => list));

        async Task<List<double>> CallAsync()
        {
            var list = new List<double>();
            while (Stopwatch.GetElapsedTime(started) < duration)
            {
                var from = Stopwatch.GetTimestamp();
                await call();
                list.Add(Stopwatch.GetElapsedTime(from).TotalMilliseconds);
            }

            return list;
        }
    }
}
