using Npgsql;

namespace AiTeams.Testing.Tests;

public sealed class RelayTests(TestEnvironment environment) : IClassFixture<TestEnvironment>
{
    [Fact]
    public async Task A_cut_relay_breaks_and_refuses_connections_until_it_is_restored()
    {
        var database = await environment.DatabaseAsync();
        var direct = new NpgsqlConnectionStringBuilder(database.AdminConnectionString);
        await using var relay = new TcpRelay(direct.Port);
        direct.Port = relay.Port;
        await using var dataSource = NpgsqlDataSource.Create($"{direct.ConnectionString};Timeout=5");
        await using var before = await dataSource.OpenConnectionAsync();

        relay.Cut();
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => new NpgsqlCommand("SELECT 1", before).ExecuteScalarAsync());
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => dataSource.OpenConnectionAsync().AsTask());

        relay.Restore();
        await using var after = dataSource.CreateCommand("SELECT 1");
        Assert.Equal(1, await after.ExecuteScalarAsync());
    }
}
