using System.Net;
using AiTeams.ServiceDefaults.Health;
using AiTeams.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace AiTeams.ServiceDefaults.Tests.Health;

public sealed class HealthTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Without_the_database_the_service_is_not_ready_yet_alive()
    {
        await using var service = await ServiceUnderTest.StartAsync(
            builder => builder.AddPostgres(),
            settings: new() { ["ConnectionStrings:aiteams"] = $"Host=127.0.0.1;Port={FreePorts.Take()};Username=nobody;Password=none" });
        using var client = service.Client();

        using var health = await client.GetAsync("/health");
        using var alive = await client.GetAsync("/alive");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, health.StatusCode);
        Assert.Equal("unhealthy", (string?)(await health.JsonAsync())["checks"]!["postgres"]!["status"]);
        Assert.Equal(HttpStatusCode.OK, alive.StatusCode);
    }

    [Fact]
    public async Task Without_the_broker_the_service_starts_and_is_ready_though_degraded()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var service = await ServiceUnderTest.StartAsync(
            builder => builder.AddPostgres().AddMessaging(),
            settings: new()
            {
                ["ConnectionStrings:aiteams"] = database.ConnectionStringFor("scheduler_service"),
                ["ConnectionStrings:rabbitmq"] = $"amqp://x:y@127.0.0.1:{FreePorts.Take()}",
            });
        using var client = service.Client();

        using var health = await client.GetAsync("/health");

        var report = await health.JsonAsync();
        Assert.Equal((HttpStatusCode.OK, "degraded"), (health.StatusCode, (string?)report["status"]));
        Assert.Equal("degraded", (string?)report["checks"]!["rabbitmq"]!["status"]);
        Assert.Equal("healthy", (string?)report["checks"]!["postgres"]!["status"]);
    }

    [Fact]
    public async Task Many_probes_ask_the_checks_once()
    {
        var asked = 0;
        await using var service = await ServiceUnderTest.StartAsync(builder => builder.Services.AddHealthChecks().AddCheck("counted", () =>
        {
            Interlocked.Increment(ref asked);
            return HealthCheckResult.Healthy();
        }));
        var reports = service.Get<HealthReports>();

        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => reports.ReadyAsync(default)));

        Assert.InRange(asked, 1, 2);
    }

    [Fact]
    public async Task A_stopping_service_is_not_ready_and_finishes_what_it_has_begun()
    {
        var arrived = new TaskCompletionSource();
        var goOn = new TaskCompletionSource();
        await using var service = await ServiceUnderTest.StartAsync(map: app => app.MapGet("/slow", async () =>
        {
            arrived.SetResult();
            await goOn.Task;
            return "done";
        }));
        using var client = service.Client();
        var request = client.GetStringAsync("/slow");
        await arrived.Task.WaitAsync(Deadline);

        var stop = service.App.StopAsync();
        var stopping = await service.Get<HealthCheckService>().CheckHealthAsync();
        goOn.SetResult();

        Assert.Equal(HealthStatus.Unhealthy, stopping.Entries["stopping"].Status);
        Assert.Equal("done", await request.WaitAsync(Deadline));
        await stop.WaitAsync(Deadline);
    }

    [Fact]
    public async Task A_stop_waits_no_longer_than_the_supervisor_does()
    {
        await using var service = await ServiceUnderTest.StartAsync();

        Assert.True(service.Get<IOptions<HostOptions>>().Value.ShutdownTimeout < TimeSpan.FromSeconds(6));
    }
}
