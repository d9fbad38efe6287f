using System.Text.RegularExpressions;
using AiTeams.Testing;

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

        Assert.Equal(["ANALYZE", "REINDEX"], statements.Select(statement => statement.Split(' ')[0]));
        foreach (var statement in statements)
        {
            await using var command = _database.Admin.CreateCommand(statement);
            await command.ExecuteNonQueryAsync();
        }
    }

    private static List<string> Statements()
    {
        var document = File.ReadAllText(Path.Combine(RepositoryFolder.Root, "docs/operations.md"));
        var section = document[document.IndexOf("## Indexes", StringComparison.Ordinal)..];
        return [.. Block().Matches(section).Select(match => match.Groups[1].Value.Trim())];
    }

    [GeneratedRegex("```sql\n([\\s\\S]*?)```")]
    private static partial Regex Block();
}
