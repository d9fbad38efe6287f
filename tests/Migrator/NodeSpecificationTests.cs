using AiTeams.Testing;
using Npgsql;

namespace AiTeams.Migrator.Tests;

public sealed class NodeSpecificationTests : IAsyncLifetime
{
    private const string Insert = """
        INSERT INTO node_specifications (node_type, node_subtype, specification_data, is_active) VALUES ('FLOW', $1, '{"title": "first"}', $2)
        """;

    private TestDatabase _database = null!;
    private NpgsqlConnection _connection = null!;

    public async Task InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        _connection = await _database.OpenAdministratorAsync();
        await _connection.ExecuteAsync("BEGIN; SET LOCAL ROLE aiteams_owner");
    }

    public async Task DisposeAsync()
    {
        await _connection.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Theory]
    [InlineData("specification_data = '{}'")]
    [InlineData("specification_version = '1.0.1'")]
    [InlineData("node_subtype = 'ANOTHER'")]
    [InlineData("specification_data = '{}', is_active = false")]
    public async Task A_published_specification_is_not_rewritten(string change)
    {
        await _connection.ExecuteAsync(Insert, "TESTED", true);

        var refusal = await Assert.ThrowsAsync<PostgresException>(
            () => _connection.ExecuteAsync($"UPDATE node_specifications SET {change} WHERE node_subtype = 'TESTED'"));

        Assert.Equal(PostgresErrorCodes.ObjectNotInPrerequisiteState, refusal.SqlState);
        Assert.Equal("specification 1.0.0 of FLOW.TESTED is published and does not change", refusal.MessageText);
        Assert.Contains("new specification_version", refusal.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_published_specification_is_withdrawn_and_followed_by_a_new_version()
    {
        await _connection.ExecuteAsync(Insert, "TESTED", true);

        Assert.Equal(1, await _connection.ExecuteAsync("UPDATE node_specifications SET is_active = false WHERE node_subtype = 'TESTED'"));
        Assert.Equal(1, await _connection.ExecuteAsync("""
            INSERT INTO node_specifications (node_type, node_subtype, specification_version, specification_data) VALUES ('FLOW', 'TESTED', '1.1.0', '{}')
            """));
    }

    [Fact]
    public async Task What_was_never_published_may_change_and_be_published()
    {
        await _connection.ExecuteAsync(Insert, "TESTED", false);

        Assert.Equal(1, await _connection.ExecuteAsync(
            "UPDATE node_specifications SET specification_data = '{\"title\": \"second\"}', is_active = true WHERE node_subtype = 'TESTED'"));
    }

    [Fact]
    public async Task A_version_of_a_subtype_is_there_once()
    {
        await _connection.ExecuteAsync(Insert, "TESTED", true);

        Assert.Equal(PostgresErrorCodes.UniqueViolation, await _connection.RefusalAsync(Insert, "TESTED", false));
    }

    [Fact]
    public async Task An_unknown_type_is_refused() => Assert.Equal(
        PostgresErrorCodes.CheckViolation,
        await _connection.RefusalAsync("INSERT INTO node_specifications (node_type, node_subtype, specification_data) VALUES ('NODE', 'X', '{}')"));

    [Fact]
    public async Task Everybody_signed_in_reads_them_and_nobody_but_the_owner_writes()
    {
        await _connection.ExecuteAsync(Insert, "TESTED", true);
        await _connection.ExecuteAsync("COMMIT");
        await using var user = await _database.OpenUserAsync(Guid.NewGuid());
        await using var engine = await _database.OpenServiceAsync(ServiceRoles.Engine);

        Assert.Equal(1, await user.ScalarAsync<long>("SELECT count(*) FROM node_specifications WHERE node_subtype = 'TESTED'"));
        Assert.Equal(1, await engine.ScalarAsync<long>("SELECT count(*) FROM node_specifications WHERE node_subtype = 'TESTED'"));
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, await user.RefusalAsync("UPDATE node_specifications SET is_active = false"));
        await engine.ExecuteAsync("BEGIN");
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, await engine.RefusalAsync("DELETE FROM node_specifications"));
    }
}
