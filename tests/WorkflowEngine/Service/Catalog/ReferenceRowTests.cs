using System.Text.Json.Nodes;
using AiTeams.Testing;
using AiTeams.WorkflowEngine.Core.Definitions;
using Npgsql;
using Xunit;

namespace AiTeams.WorkflowEngine.Tests.Catalog;

public sealed class ReferenceRowTests
{
    private const string Approve = "APPROVE_CONTRACTS";

    private static readonly string File = Path.Combine(
        RepositoryFolder.Root, "services", "WorkflowEngine", "Service", "Reference", "node_specifications.sql");

    [Fact]
    public void The_file_holds_the_catalogue_and_rewrites_nothing_that_is_published()
    {
        var catalogue = ReferenceRows.OfCatalogue();
        var approved = System.IO.File.Exists(File) ? System.IO.File.ReadAllText(File) : "";

        var rewritten = ReferenceRows.Rewritten(ReferenceRows.Read(approved), catalogue);
        Assert.True(
            rewritten.Count == 0,
            $"Published and changed under the same version: {string.Join(", ", rewritten)}. Workflows were written against it: give it a new Version in Specs.");

        var now = ReferenceRows.Write(catalogue);
        if (Environment.GetEnvironmentVariable(Approve) == "1")
        {
            System.IO.File.WriteAllText(File, now);
            approved = now;
        }

        var changed = catalogue.Select(Text).Except(ReferenceRows.Read(approved).Select(Text)).Select(text => text.Split(':')[0]);
        Assert.True(
            approved == now,
            $"The catalogue is not what {Path.GetFileName(File)} says: {string.Join(", ", changed)}.\nIf that is meant: {Approve}=1 dotnet test tests/WorkflowEngine/Service, then commit the file.");

        static string Text(ReferenceRows.Row row) => $"{row.Key}: {row.IsActive} {row.Data.ToJsonString()}";
    }

    [Fact]
    public void What_is_written_is_read_again()
    {
        ReferenceRows.Row[] rows = [Row("1.0.0", true, "it's {{ a }} \\ \"b\" ü"), Row("1.1.0", false, "')::jsonb")];

        Assert.Equal(rows.Select(row => row.Data.ToJsonString()), ReferenceRows.Read(ReferenceRows.Write(rows)).Select(row => row.Data.ToJsonString()));
        Assert.Equal(["FLOW.IF 1.0.0", "FLOW.IF 1.1.0"], ReferenceRows.Read(ReferenceRows.Write(rows)).Select(row => row.Key));
    }

    [Fact]
    public void A_change_under_the_same_version_is_noticed_once_it_is_published()
    {
        Assert.Equal(["FLOW.IF 1.0.0"], ReferenceRows.Rewritten([Row("1.0.0", true, "old")], [Row("1.0.0", true, "new")]));
        Assert.Equal(["FLOW.IF 1.0.0"], ReferenceRows.Rewritten([Row("1.0.0", true, "old")], [Row("1.0.0", false, "new")]));
        Assert.Empty(ReferenceRows.Rewritten([Row("1.0.0", true, "old")], [Row("1.0.1", true, "new")]));
        Assert.Empty(ReferenceRows.Rewritten([Row("1.0.0", true, "old")], [Row("1.0.0", false, "old")]));
        Assert.Empty(ReferenceRows.Rewritten([Row("1.0.0", false, "old")], [Row("1.0.0", true, "new")]));
    }

    [Fact]
    public async Task The_database_knows_what_the_engine_knows()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var command = database.Admin.CreateCommand("""
            SELECT node_type, node_subtype, specification_version, is_active, specification_data::text, is_system_spec
            FROM node_specifications ORDER BY node_type COLLATE "C", node_subtype COLLATE "C"
            """);
        await using var reader = await command.ExecuteReaderAsync();
        foreach (var row in ReferenceRows.OfCatalogue().OrderBy(row => row.Type, StringComparer.Ordinal).ThenBy(row => row.Subtype, StringComparer.Ordinal))
        {
            Assert.True(await reader.ReadAsync());
            Assert.Equal(
                (row.Type, row.Subtype, row.Version, row.IsActive, true),
                (reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetBoolean(3), reader.GetBoolean(5)));
            Assert.True(JsonNode.DeepEquals(row.Data, JsonNode.Parse(reader.GetString(4))), row.Key);
        }

        Assert.False(await reader.ReadAsync());
    }

    [Fact]
    public async Task Running_the_file_again_touches_nothing_and_withdraws_what_is_no_longer_in_it()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var connection = await database.Admin.OpenConnectionAsync();
        await ExecuteAsync(connection, """
            INSERT INTO node_specifications (node_type, node_subtype, specification_version, specification_data)
            VALUES ('FLOW', 'IF', '0.9.0', '{}'), ('FLOW', 'BYGONE', '1.0.0', '{}');
            INSERT INTO node_specifications (node_type, node_subtype, specification_data, is_system_spec) VALUES ('FLOW', 'OWN', '{}', false)
            """);
        var before = await ReadAsync(connection);

        await ExecuteAsync(connection, $"BEGIN; SET LOCAL ROLE aiteams_owner; {System.IO.File.ReadAllText(File)}; COMMIT");

        var after = await ReadAsync(connection);
        Assert.Equal(["FLOW.BYGONE 1.0.0", "FLOW.IF 0.9.0"], before.Keys.Where(key => before[key] != after[key]).Order(StringComparer.Ordinal));
        Assert.Equal(NodeCatalog.All.Count + 3, after.Count);
        Assert.Equal(
            NodeCatalog.Active.Count + 1, after.Values.Count(row => row.StartsWith("true", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_database_with_another_text_under_a_published_version_refuses_the_file()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var connection = await database.Admin.OpenConnectionAsync();
        var file = ReferenceRows.Write(ReferenceRows.OfCatalogue().Select(row =>
            row is { Type: "FLOW", Subtype: "IF" } ? row with { Data = new JsonObject { ["title"] = "something else" } } : row));

        var refusal = await Assert.ThrowsAsync<PostgresException>(() => ExecuteAsync(connection, file));

        Assert.Equal($"specification {NodeCatalog.Find("FLOW", "IF")!.Version} of FLOW.IF is published and does not change", refusal.MessageText);
    }

    private static ReferenceRows.Row Row(string version, bool isActive, string title) =>
        new("FLOW", "IF", version, isActive, new JsonObject { ["title"] = title });

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Whether each is active, and which transaction wrote it last.</summary>
    private static async Task<Dictionary<string, string>> ReadAsync(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand("""
            SELECT node_type || '.' || node_subtype || ' ' || specification_version, is_active || ' ' || xmin::text FROM node_specifications
            """, connection);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new Dictionary<string, string>();
        while (await reader.ReadAsync())
        {
            rows.Add(reader.GetString(0), reader.GetString(1));
        }

        return rows;
    }
}
