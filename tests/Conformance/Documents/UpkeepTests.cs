using System.Text.RegularExpressions;
using AiTeams.Testing;
using Npgsql;

namespace AiTeams.Conformance.Tests.Documents;

/// <summary>The statements of docs/operations.md for the upkeep of indexes work on this schema, as written.</summary>
public sealed partial class UpkeepTests : IAsyncLifetime
{
    private TestDatabase _database = null!;

    public async Task InitializeAsync() => _database = await TestDatabase.CreateAsync();

    public async Task DisposeAsync() => await _database.DisposeAsync();

    [Fact]
    public async Task Every_statement_runs()
    {
        var statements = Statements();

        Assert.Equal(["ANALYZE", "SELECT", "SELECT", "REINDEX", "SELECT"], statements.Select(statement => statement.Split(' ')[0]));
        foreach (var statement in statements)
        {
            await RunAsync(statement);
        }
    }

    /// <summary>An index that no query has asked is in the list; one that has been asked is so with its count.</summary>
    [Fact]
    public async Task What_is_used_is_told_from_what_is_not()
    {
        await RunAsync("""
            SET enable_seqscan = off; SELECT FROM workflows WHERE tags @> ARRAY['x']; RESET enable_seqscan; SELECT pg_stat_force_next_flush()
            """);

        var used = await RunAsync(Statements()[1]);

        Assert.Contains("idx_workflows_tags 1", used);
        Assert.Contains("idx_nodes_type 0", used);
        Assert.DoesNotContain("workflows_pkey 0", used);
    }

    private static List<string> Statements()
    {
        var document = File.ReadAllText(Path.Combine(RepositoryFolder.Root, "docs/operations.md"));
        var section = document[document.IndexOf("## Indexes", StringComparison.Ordinal)..];
        return [.. Block().Matches(section).Select(match => match.Groups[1].Value.Trim())];
    }

    /// <summary>The second and third column of every row, which are the index's name and how often it was read.</summary>
    private async Task<List<string>> RunAsync(string statement)
    {
        await using var connection = await _database.Admin.OpenConnectionAsync();
        await using var command = new NpgsqlCommand(statement, connection);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (reader.FieldCount > 2 && await reader.ReadAsync())
        {
            rows.Add($"{reader[1]} {reader[2]}");
        }

        return rows;
    }

    [GeneratedRegex("```sql\n([\\s\\S]*?)```")]
    private static partial Regex Block();
}
