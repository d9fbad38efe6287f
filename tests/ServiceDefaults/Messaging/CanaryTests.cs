using AiTeams.ServiceDefaults.Messaging;
using AiTeams.Testing;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace AiTeams.ServiceDefaults.Tests.Messaging;

public sealed class CanaryTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(45);

    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UtcNow);

    [Fact]
    public async Task A_message_to_oneself_comes_back()
    {
        await using var broker = await TestBroker.CreateAsync();
        await using var host = await StartAsync(broker.ConnectionString);
        await Eventually.AssertAsync(() => host.Service.Get<IBusControl>().CheckHealth().Status == BusHealthStatus.Healthy, Deadline, "the bus is started");
        _clock.Advance(Canary.Interval / 2);

        Assert.True(await host.Service.Get<Canary>().RunOnceAsync(default));

        await Eventually.AssertAsync(() => host.Service.Get<CanaryEar>().Silence == TimeSpan.Zero, Deadline, "the canary is heard");
    }

    [Fact]
    public async Task Silence_while_the_broker_answers_ends_the_process()
    {
        await using var broker = await TestBroker.CreateAsync();
        await using var host = await StartAsync(broker.ConnectionString);
        await Eventually.AssertAsync(() => host.Service.Get<IBusControl>().CheckHealth().Status == BusHealthStatus.Healthy, Deadline, "the bus is started");
        // Nobody listens any more.
        await host.Service.Get<IBusControl>().StopAsync();
        var stopping = new TaskCompletionSource();
        host.Service.Get<IHostApplicationLifetime>().ApplicationStopping.Register(stopping.SetResult);

        _clock.Advance(Canary.PatienceWhileConnecting);

        await stopping.Task.WaitAsync(Deadline);
        Assert.Equal(1, Environment.ExitCode);
        Environment.ExitCode = 0;
        var alive = await host.Service.Get<HealthCheckService>().CheckHealthAsync(check => check.Tags.Contains("live"));
        Assert.Equal(HealthStatus.Unhealthy, alive.Status);
    }

    [Fact]
    public async Task Silence_while_the_broker_is_away_is_nothing_to_die_of()
    {
        await using var host = await StartAsync($"amqp://x:y@127.0.0.1:{FreePorts.Take()}");
        _clock.Advance(Canary.Patience * 10);

        Assert.True(await host.Service.Get<Canary>().RunOnceAsync(default));
        Assert.Equal(TimeSpan.Zero, host.Service.Get<CanaryEar>().Silence);
    }

    [Fact]
    public async Task What_was_received_long_ago_is_forgotten()
    {
        await using var host = await StartAsync($"amqp://x:y@127.0.0.1:{FreePorts.Take()}");
        await using var receive = host.Source.CreateCommand("""
            INSERT INTO messaging.inbox (consumer, message_id, received_at)
            SELECT 'c', gen_random_uuid(), now() - make_interval(days => day) FROM generate_series(1, 14) AS day
            """);
        await receive.ExecuteNonQueryAsync();
        var retention = host.Service.App.Services.GetServices<IHostedService>().OfType<InboxRetention>().Single();

        var forgotten = await retention.RunOnceAsync(default);

        Assert.Equal(14 - forgotten, await host.CountAsync("SELECT count(*) FROM messaging.inbox"));
        Assert.Equal(0, await host.CountAsync("SELECT count(*) FROM messaging.inbox WHERE received_at < now() - interval '7 days 1 hour'"));
        Assert.InRange(forgotten, 7, 8);
    }

    private Task<MessagingHost> StartAsync(string broker) =>
        MessagingHost.StartAsync(broker, services: services => services.AddSingleton<TimeProvider>(_clock));
}
