using AiTeams.Contracts.Events;
using AiTeams.ServiceDefaults.Messaging;
using AiTeams.Testing;
using MassTransit;

namespace AiTeams.ServiceDefaults.Tests.Messaging;

public sealed class OutboxTests : IAsyncLifetime
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(45);

    private TestBroker _broker = null!;
    private MessagingHost _host = null!;

    public async Task InitializeAsync()
    {
        _broker = await TestBroker.CreateAsync();
        _host = await MessagingHost.StartAsync(_broker.ConnectionString);
        await Eventually.AssertAsync(
            () => _host.Service.Get<IBusControl>().CheckHealth().Status == BusHealthStatus.Healthy, Deadline, "the bus is started");
    }

    public async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        await _broker.DisposeAsync();
    }

    [Fact]
    public async Task A_committed_event_has_its_effect_once_and_leaves_the_outbox()
    {
        for (var i = 0; i < 50; i++)
        {
            await _host.WriteAsync(MessagingHost.Event($"e{i}"));
        }

        await Eventually.AssertAsync(async () => await _host.EffectsAsync() == 50, Deadline, "fifty effects");
        await Eventually.AssertAsync(async () => await _host.StoredAsync() == 0, Deadline, "the outbox is empty");
        Assert.Equal(50, await _host.CountAsync("SELECT count(DISTINCT execution_id) FROM public.effects"));
    }

    [Fact]
    public async Task A_rolled_back_transaction_tells_nobody()
    {
        await _host.WriteAsync(MessagingHost.Event("undone"), commit: false);
        await _host.WriteAsync(MessagingHost.Event("done"));

        await Eventually.AssertAsync(async () => await _host.EffectsAsync() > 0, Deadline, "the committed one arrives");
        Assert.Equal(1, await _host.CountAsync("SELECT count(*) FROM public.effects WHERE execution_id = 'done'"));
        Assert.Equal(1, await _host.EffectsAsync());
    }

    [Fact]
    public async Task A_message_delivered_many_times_has_one_effect()
    {
        var bus = _host.Service.Get<IBus>();
        var id = Guid.NewGuid();
        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => bus.Publish(MessagingHost.Event("again"), context => context.MessageId = id)));
        await _host.WriteAsync(MessagingHost.Event("last"));

        await Eventually.AssertAsync(
            async () => await _host.CountAsync("SELECT count(*) FROM public.effects WHERE execution_id = 'last'") == 1, Deadline, "the last one arrives");
        await Eventually.AssertAsync(
            async () => await _host.CountAsync("SELECT count(*) FROM public.effects WHERE execution_id = 'again'") == 1, Deadline, "the first delivery counts");
        Assert.Equal(2, await _host.CountAsync("SELECT count(*) FROM messaging.inbox"));
    }

    [Fact]
    public async Task An_event_that_cannot_be_sent_does_not_keep_back_the_others()
    {
        await using var odd = _host.Source.CreateCommand("INSERT INTO messaging.outbox (type, payload) VALUES ('System.Diagnostics.Process', '{}')");
        await odd.ExecuteNonQueryAsync();
        await _host.WriteAsync(MessagingHost.Event("behind it"));

        await Eventually.AssertAsync(async () => await _host.EffectsAsync() == 1, Deadline, "the event behind it arrives");
        await Eventually.AssertAsync(async () => await _host.StoredAsync() == 1, Deadline, "only the odd one is left");
    }

    [Fact]
    public async Task A_service_sees_only_its_own_events()
    {
        await using var another = _host.Database.As("memory_service").CreateCommand(
            "INSERT INTO messaging.outbox (type, payload) VALUES ('WorkflowDeleted', '{}'); SELECT count(*) FROM messaging.outbox");
        Assert.Equal(1L, await another.ExecuteScalarAsync());

        await _host.WriteAsync(MessagingHost.Event("own"));

        await Eventually.AssertAsync(async () => await _host.EffectsAsync() == 1, Deadline, "the own event arrives");
        Assert.Equal(1, await _host.CountAsync("SELECT count(*) FROM messaging.outbox WHERE service = 'memory_service'"));
    }

    [Fact]
    public void Only_the_event_records_of_the_contracts_have_a_name()
    {
        Assert.Equal("ExecutionFinished", EventTypes.NameOf(typeof(ExecutionFinished)));
        Assert.Equal(typeof(WorkflowSaved), EventTypes.Find("WorkflowSaved"));
        Assert.Throws<ArgumentException>(() => EventTypes.NameOf(typeof(string)));
        Assert.Null(EventTypes.Find("../../System.String"));
        Assert.Null(EventTypes.Find("System.String, System.Private.CoreLib"));
    }
}
