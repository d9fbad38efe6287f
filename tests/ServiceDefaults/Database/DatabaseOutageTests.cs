using System.Diagnostics.CodeAnalysis;
using AiTeams.ServiceDefaults.Database;
using AiTeams.ServiceDefaults.Identity;
using AiTeams.ServiceDefaults.Tests.Messaging;
using AiTeams.Testing;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Npgsql;

namespace AiTeams.ServiceDefaults.Tests.Database;

/// <summary>With a relay in front of the database that can be cut.</summary>
[SuppressMessage("Design", "CA1001", Justification = "xunit disposes through IAsyncLifetime.")]
public sealed class DatabaseOutageTests : IAsyncLifetime
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private TestDatabase _database = null!;
    private TcpRelay _relay = null!;

    private string ThroughRelay => new NpgsqlConnectionStringBuilder(_database.ConnectionStringFor("scheduler_service"))
    {
        Port = _relay.Port,
        SslMode = SslMode.Disable,
    }.ConnectionString;

    public async Task InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        _relay = new TcpRelay(new NpgsqlConnectionStringBuilder(_database.AdminConnectionString).Port);
    }

    public async Task DisposeAsync()
    {
        await _relay.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task Requests_are_503_while_the_database_is_away_and_served_when_it_is_back()
    {
        await using var service = await ServiceUnderTest.StartAsync(
            builder => builder.AddPostgres(),
            app => app.MapGet("/rows", async (Caller caller, UserDatabase database, CancellationToken ct) =>
                await database.ExecuteAsync(caller, new NpgsqlBatchCommand("SELECT 1"), ct)).RequireAuthorization("user"),
            new() { ["ConnectionStrings:aiteams"] = ThroughRelay });
        using var client = service.Client(TestIdentity.Token(Guid.NewGuid()));
        // Several pooled connections, each of which is dead afterwards.
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => client.GetStringAsync("/rows")));

        _relay.Cut();
        for (var i = 0; i < 10; i++)
        {
            await (await client.GetAsync("/rows")).ProblemAsync(503, "database_unavailable");
        }

        _relay.Restore();
        await Eventually.AssertAsync(async () => (await client.GetAsync("/rows")).IsSuccessStatusCode, Deadline, "requests are served again");
        await Eventually.AssertAsync(async () => (await client.GetAsync("/health")).IsSuccessStatusCode, Deadline, "the service is ready again");
    }

    [Fact]
    public async Task A_message_waits_for_the_database()
    {
        await using var broker = await TestBroker.CreateAsync();
        await using var host = await MessagingHost.StartAsync(broker.ConnectionString, new() { ["ConnectionStrings:aiteams"] = ThroughRelay }, database: _database);
        await host.WriteAsync(MessagingHost.Event("before"));
        await Eventually.AssertAsync(async () => await host.EffectsAsync() == 1, Deadline, "messages flow");

        _relay.Cut();
        await host.Service.Get<IBus>().Publish(MessagingHost.Event("during"));
        await Eventually.AssertAsync(
            async () =>
            {
                using var client = host.Service.Client();
                return (int)(await client.GetAsync("/health")).StatusCode == 503;
            },
            Deadline,
            "the outage is noticed");
        _relay.Restore();

        await Eventually.AssertAsync(async () => await host.EffectsAsync() == 2, Deadline, "the effect happens when the database is back");
    }
}
