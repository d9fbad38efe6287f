using Npgsql;

namespace AiTeams.Testing;

/// <summary>What killed test processes left on the shared servers. Removed by a process that is alone on them.</summary>
internal static class LeftOvers
{
    public static Task RemoveAsync(ServerSet servers, Server server) => server switch
    {
        Server.Postgres => RemoveDatabasesAsync(servers),
        Server.RabbitMq => RemoveVirtualHostsAsync(servers),
        Server.Redis => TestRedis.RunAsync(servers, "FLUSHALL"),
    };

    private static async Task RemoveDatabasesAsync(ServerSet servers)
    {
        await using var dataSource = NpgsqlDataSource.Create(servers.Address(Server.Postgres));
        await using var find = dataSource.CreateCommand(
            "SELECT datname FROM pg_database WHERE (datname LIKE 'test\\_%' OR datname LIKE 'template\\_%') AND datname <> $1");
        find.Parameters.Add(new() { Value = TestDatabase.TemplateName });
        var names = new List<string>();
        await using (var reader = await find.ExecuteReaderAsync())
        {
            while (await reader.ReadAsync())
            {
                names.Add(reader.GetString(0));
            }
        }

        foreach (var name in names)
        {
            await using var drop = dataSource.CreateCommand($"DROP DATABASE IF EXISTS \"{name}\" WITH (FORCE)");
            await drop.ExecuteNonQueryAsync();
        }
    }

    private static async Task RemoveVirtualHostsAsync(ServerSet servers)
    {
        using var management = new RabbitManagement(servers.Settings);
        foreach (var name in await management.VirtualHostsAsync())
        {
            if (name.StartsWith(TestBroker.NamePrefix, StringComparison.Ordinal))
            {
                await management.RemoveVirtualHostAsync(name);
            }
        }
    }
}
