using System.Collections.Concurrent;
using AiTeams.ServiceDefaults.Database;
using AiTeams.ServiceDefaults.Identity;
using AiTeams.Testing;
using Npgsql;

namespace AiTeams.ServiceDefaults.Tests.Database;

/// <summary>Behind a pooler a connection of the server is another client's from transaction to transaction: nothing may stay on it.</summary>
public sealed class PoolerTests
{
    private const int Connections = 2;

    [Fact]
    public async Task Many_clients_of_many_users_share_two_connections_and_nobody_is_taken_for_another()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var pooler = await Pooler.StartAsync(database.ConnectionStringFor("scheduler_service"), Connections);
        await using var source = NpgsqlDataSource.Create($"{pooler.ConnectionString};Maximum Pool Size=24;No Reset On Close=true");
        var users = new UserDatabase(source);
        var servers = new ConcurrentDictionary<int, bool>();

        await Parallel.ForEachAsync(Enumerable.Range(0, 600), new ParallelOptions { MaxDegreeOfParallelism = 24 }, async (number, ct) =>
        {
            var caller = Caller.For(Guid.NewGuid());
            var (user, server) = number % 3 == 0
                ? (null, await AsServiceAsync(source, ct))
                : await users.QueryAsync(caller, new NpgsqlBatchCommand("SELECT auth.uid(), pg_backend_pid(), current_user::text"), UserAsync, ct);

            Assert.Equal(number % 3 == 0 ? null : caller.UserId, user);
            servers[server] = true;
        });

        Assert.InRange(servers.Count, 1, Connections);
    }

    private static async Task<(Guid? User, int Server)> UserAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        await reader.ReadAsync(cancellationToken);
        Assert.Equal("authenticated", reader.GetString(2));
        return (reader.GetGuid(0), reader.GetInt32(1));
    }

    /// <summary>The service itself, in between: neither role nor claims of the user before it.</summary>
    private static async Task<int> AsServiceAsync(NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand(
            "SELECT CASE WHEN current_user = 'scheduler_service' AND coalesce(current_setting('request.jwt.claims', true), '') = '' THEN pg_backend_pid() END");
        return Assert.IsType<int>(await command.ExecuteScalarAsync(cancellationToken));
    }
}
