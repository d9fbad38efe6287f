using Npgsql;

namespace AiTeams.Testing;

/// <summary>
/// What killed test processes left on the shared servers. Names carry the process that made them; what carries none goes when nobody else
/// is there.
/// </summary>
internal static class LeftOvers
{
    public static Task RemoveAsync(ServerSet servers, Server server, bool isAlone) => server switch
    {
        Server.Postgres => RemoveDatabasesAsync(servers, isAlone),
        Server.RabbitMq => RemoveVirtualHostsAsync(servers),
        Server.Redis => isAlone ? TestRedis.RunAsync(servers, "FLUSHALL") : Task.CompletedTask,
    };

    private static async Task RemoveDatabasesAsync(ServerSet servers, bool isAlone)
    {
        await using var connection = new NpgsqlConnection($"{servers.Address(Server.Postgres)};Pooling=false");
        await connection.OpenAsync();
        var names = new List<string>();
        await using (var find = new NpgsqlCommand("SELECT datname FROM pg_database", connection))
        await using (var reader = await find.ExecuteReaderAsync())
        {
            while (await reader.ReadAsync())
            {
                names.Add(reader.GetString(0));
            }
        }

        foreach (var name in names.Where(name => IsOrphan(name, TestDatabase.NamePrefix) || (isAlone && TestDatabase.IsOldTemplate(name))))
        {
            await using var drop = new NpgsqlCommand($"DROP DATABASE IF EXISTS \"{name}\" WITH (FORCE)", connection);
            await drop.ExecuteNonQueryAsync();
        }
    }

    private static async Task RemoveVirtualHostsAsync(ServerSet servers)
    {
        using var management = new RabbitManagement(servers.Settings);
        foreach (var name in (await management.VirtualHostsAsync()).Where(name => IsOrphan(name, TestBroker.NamePrefix)))
        {
            await management.RemoveVirtualHostAsync(name);
        }
    }

    /// <summary>PREFIX, the process, and a number: test-123-4567-1.</summary>
    private static bool IsOrphan(string name, string prefix)
        => name.StartsWith(prefix, StringComparison.Ordinal) && !TestProcesses.IsAlive(name[prefix.Length..name.LastIndexOf('-')]);
}
