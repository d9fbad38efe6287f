using AiTeams.Testing;
using Npgsql;

namespace AiTeams.Conformance.Tests.Rules;

/// <summary>A migrated database to ask questions of.</summary>
public sealed class MigratedDatabase : IAsyncLifetime
{
    private TestDatabase _database = null!;

    public async Task InitializeAsync() => _database = await TestDatabase.CreateAsync();

    public async Task DisposeAsync() => await _database.DisposeAsync();

    /// <summary>The first column of every row.</summary>
    public async Task<List<string>> LinesAsync(string query, params object[] parameters)
    {
        await using var connection = await _database.Admin.OpenConnectionAsync();
        await using var command = new NpgsqlCommand(query, connection);
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(new() { Value = parameter });
        }

        await using var reader = await command.ExecuteReaderAsync();
        var lines = new List<string>();
        while (await reader.ReadAsync())
        {
            lines.Add(reader.GetString(0));
        }

        return lines;
    }
}
