using AiTeams.ServiceDefaults.Database;
using AiTeams.ServiceDefaults.Identity;
using AiTeams.Testing;
using Npgsql;

namespace AiTeams.ServiceDefaults.Tests.Database;

/// <summary>A plan that is kept on a connection serves whoever comes next on it: it must never keep whom it was made for.</summary>
public sealed class PreparedStatementTests
{
    private const string Names = "SELECT name FROM workflows ORDER BY name";

    // More often than Postgres tries plans made for the moment before it keeps a general one.
    private const int Rounds = 12;

    [Fact]
    public async Task One_statement_on_one_connection_gives_the_service_all_rows_and_every_user_only_own_ones()
    {
        await using var database = await TestDatabase.CreateAsync();
        var (ann, bob) = (Caller.For(Guid.NewGuid()), Caller.For(Guid.NewGuid()));
        await AddWorkflowAsync(database, ann, "ann's");
        await AddWorkflowAsync(database, bob, "bob's");
        await using var single = NpgsqlDataSource.Create(
            $"{database.ConnectionStringFor("workflow_engine_service")};Maximum Pool Size=1;Max Auto Prepare=100;Auto Prepare Min Usages=2");
        var users = new UserDatabase(single);

        for (var round = 0; round < Rounds; round++)
        {
            await using (var asService = single.CreateCommand(Names))
            await using (var reader = await asService.ExecuteReaderAsync())
            {
                Assert.Equal(["ann's", "bob's"], await ReadAsync(reader, default));
            }

            Assert.Equal(["ann's"], await users.QueryAsync(ann, new NpgsqlBatchCommand(Names), ReadAsync, default));
            Assert.Equal(["bob's"], await users.QueryAsync(bob, new NpgsqlBatchCommand(Names), ReadAsync, default));
        }

        await using var prepared = single.CreateCommand("SELECT count(*) FROM pg_prepared_statements WHERE statement = $1");
        prepared.Parameters.Add(new() { Value = Names });
        Assert.Equal(1L, await prepared.ExecuteScalarAsync());
    }

    private static async Task AddWorkflowAsync(TestDatabase database, Caller owner, string name)
    {
        await using var command = database.Admin.CreateCommand("""
            WITH account AS (INSERT INTO auth.users (id, email, encrypted_password) VALUES ($1, $1::text || '@example.org', 'a hash') RETURNING id)
            INSERT INTO workflows (user_id, name, workflow_data) SELECT $1, $2, '{}' FROM account
            """);
        command.Parameters.Add(new() { Value = owner.UserId });
        command.Parameters.Add(new() { Value = name });
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<List<string>> ReadAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        var names = new List<string>();
        while (await reader.ReadAsync(cancellationToken))
        {
            names.Add(reader.GetString(0));
        }

        return names;
    }
}
