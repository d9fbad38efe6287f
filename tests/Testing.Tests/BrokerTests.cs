using RabbitMQ.Client;

namespace AiTeams.Testing.Tests;

public sealed class BrokerTests(TestEnvironment environment) : IClassFixture<TestEnvironment>
{
    [Fact]
    public async Task A_virtual_host_carries_messages_and_is_empty_after_a_wipe()
    {
        var broker = await environment.BrokerAsync();
        await using (var connection = await ConnectAsync(broker))
        {
            await using var channel = await connection.CreateChannelAsync();
            await channel.QueueDeclareAsync("letters", durable: true, exclusive: false, autoDelete: false);
            await channel.BasicPublishAsync("", "letters", "hello"u8.ToArray());
            await Eventually.AssertAsync(
                async () => await channel.MessageCountAsync("letters") == 1, TimeSpan.FromSeconds(10), "the message is in the queue");
        }

        await broker.WipeAsync();

        using var management = broker.Management();
        Assert.Empty(await management.QueuesAsync(broker.VirtualHost));
    }

    [Fact]
    public async Task A_virtual_host_is_gone_when_disposed()
    {
        var broker = await TestBroker.CreateAsync();
        using var management = broker.Management();
        Assert.Contains(broker.VirtualHost, await management.VirtualHostsAsync());

        await broker.DisposeAsync();

        Assert.DoesNotContain(broker.VirtualHost, await management.VirtualHostsAsync());
    }

    private static Task<IConnection> ConnectAsync(TestBroker broker)
        => new ConnectionFactory { Uri = new Uri(broker.ConnectionString) }.CreateConnectionAsync();
}
