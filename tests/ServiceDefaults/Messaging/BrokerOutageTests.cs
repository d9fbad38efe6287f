using System.Diagnostics;
using AiTeams.Testing;

namespace AiTeams.ServiceDefaults.Tests.Messaging;

/// <summary>On a broker of its own: it is killed and started again.</summary>
public sealed class BrokerOutageTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(120);

    [Fact]
    public async Task Nothing_is_lost_and_nothing_happens_twice_when_the_broker_is_killed_or_stopped()
    {
        await using var servers = await PrivateServers.CreateAsync();
        await servers.Set.StartAsync(Server.RabbitMq);
        await using var host = await MessagingHost.StartAsync($"{servers.Set.Address(Server.RabbitMq)}/");
        await WriteAsync(host, 0, 40);
        await Eventually.AssertAsync(async () => await host.EffectsAsync() > 0, Deadline, "messages flow");
        // The broker may forget a queue it was told of less than a second before it is killed.
        var flowing = Stopwatch.StartNew();
        await Eventually.AssertAsync(() => flowing.Elapsed > TimeSpan.FromSeconds(2), Deadline, "the queue is on disk");

        await WriteAsync(host, 40, 60);
        await servers.Set.KillAsync(Server.RabbitMq);
        await WriteAsync(host, 60, 80);
        await servers.Set.StartAsync(Server.RabbitMq);
        await WriteAsync(host, 80, 120);
        await AllHappenedAsync(host, 120);

        await WriteAsync(host, 120, 160);
        await servers.Set.StopAsync(Server.RabbitMq);
        await WriteAsync(host, 160, 180);
        await servers.Set.StartAsync(Server.RabbitMq);
        await AllHappenedAsync(host, 180);
    }

    private static async Task WriteAsync(MessagingHost host, int from, int to)
    {
        for (var i = from; i < to; i++)
        {
            await host.WriteAsync(MessagingHost.Event($"e{i}"));
        }
    }

    private static async Task AllHappenedAsync(MessagingHost host, int count)
    {
        await Eventually.AssertAsync(async () => await host.StoredAsync() == 0, Deadline, "the outbox is empty");
        await Eventually.AssertAsync(
            async () => await host.CountAsync("SELECT count(DISTINCT execution_id) FROM public.effects") == count, Deadline, "every effect happened");
        Assert.Equal(count, await host.EffectsAsync());
    }
}
