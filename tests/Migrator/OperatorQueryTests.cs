using System.Text.Json.Nodes;
using AiTeams.Testing;

namespace AiTeams.Migrator.Tests;

/// <summary>The statements operators look at the database with, deploy/database/Monitoring, on a database in use.</summary>
public sealed class OperatorQueryTests(OperatorQueryTests.InUse inUse) : IClassFixture<OperatorQueryTests.InUse>
{
    public static TheoryData<string> Files { get; } =
        [.. Directory.GetFiles(Folder, "*.sql").Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];

    private static string Folder => Path.Combine(RepositoryFolder.Root, "deploy", "database", "Monitoring");

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Every_statement_runs(string file) => Assert.NotNull(await RowsAsync(file));

    [Fact]
    public async Task A_partitioned_table_is_one_line_with_the_size_of_all_its_parts()
    {
        var logs = Assert.Single(await RowsAsync("table_sizes.sql"), row => (string?)row["table_name"] == "workflow_execution_logs");

        Assert.True((int)logs["parts"]! > 2);
        Assert.True((long)logs["rows_added"]! >= 1);
        Assert.True((long)logs["table_bytes"]! > 0);
    }

    [Fact]
    public async Task A_table_that_is_read_has_its_ratios()
    {
        var workflows = Assert.Single(await RowsAsync("hit_ratios.sql"), row => (string?)row["table_name"] == "workflows");

        Assert.InRange((decimal)workflows["table_hit_ratio"]!, 0, 1);
        Assert.True((long)workflows["sequential_scans"]! > 0);
    }

    [Fact]
    public async Task An_index_nobody_reads_is_named_and_one_that_keeps_a_rule_is_not()
    {
        var names = (await RowsAsync("unused_indexes.sql")).Select(row => (string?)row["index_name"]).ToList();

        Assert.Contains("idx_workflows_tags", names);
        Assert.DoesNotContain("workflows_pkey", names);
        Assert.DoesNotContain("idx_nodes_workflow_id", names);
    }

    [Fact]
    public async Task Dead_rows_are_counted()
    {
        var workflows = Assert.Single(await RowsAsync("bloat_hints.sql"), row => (string?)row["table_name"] == "workflows");

        Assert.True((long)workflows["dead_rows"]! > 0);
    }

    [Fact]
    public async Task Everybody_who_is_connected_is_listed()
    {
        var connections = await RowsAsync("connections.sql");

        Assert.All(connections, row => Assert.InRange((decimal)row["share_of_all_connections"]!, 0, 1));
        Assert.Contains(connections, row => (string?)row["role"] == "postgres");
    }

    private async Task<List<JsonObject>> RowsAsync(string file)
    {
        await using var connection = await inUse.Database.OpenAdministratorAsync();
        var sql = await File.ReadAllTextAsync(Path.Combine(Folder, file));
        var rows = await connection.ScalarAsync<string>($"SELECT coalesce(json_agg(q), '[]')::text FROM ({sql}) q");
        return [.. JsonNode.Parse(rows!)!.AsArray().Select(row => row!.AsObject())];
    }

    public sealed class InUse : IAsyncLifetime
    {
        public TestDatabase Database { get; private set; } = null!;

        public async Task InitializeAsync()
        {
            Database = await TestDatabase.CreateAsync();
            await Tables.FillAsync(Database);
            await using var connection = await Database.OpenAdministratorAsync();
            await connection.ExecuteAsync("ALTER TABLE workflows SET (autovacuum_enabled = false)");
            await connection.ExecuteAsync("UPDATE workflows SET latest_execution_status = 'SUCCESS'");

            // Statistics reach the shared counters when the session says so, or ends.
            await connection.ExecuteAsync("SELECT count(*) FROM workflows");
            await connection.ExecuteAsync("SELECT pg_stat_force_next_flush()");
        }

        public async Task DisposeAsync() => await Database.DisposeAsync();
    }
}
