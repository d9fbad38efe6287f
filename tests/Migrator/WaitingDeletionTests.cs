using Npgsql;

namespace AiTeams.Migrator.Tests;

/// <summary>What goes with a workflow, a run and an account that wait for a person, and what another user sees of it all.</summary>
public sealed class WaitingDeletionTests(WaitingUsers users) : IClassFixture<WaitingUsers>
{
    private readonly Waiting _owner = users.Owner;

    [Fact]
    public async Task A_deleted_workflow_takes_everything_below_it()
    {
        await using var administrator = await users.Database.OpenAdministratorAsync();
        await administrator.ExecuteAsync("BEGIN");
        await administrator.BecomeUserAsync(_owner.UserId);
        await administrator.ExecuteAsync("DELETE FROM workflows");
        await administrator.ExecuteAsync("RESET ROLE");

        Assert.Equal(1, await administrator.CountAsync("hil_tokens"));
        foreach (var table in WaitingUsers.OwnedTables)
        {
            Assert.Equal($"{users.Other.UserId}", Assert.Single(await administrator.LinesAsync($"SELECT user_id::text FROM {table}")));
        }
    }

    [Fact]
    public async Task A_deleted_account_takes_everything_with_it()
    {
        await using var administrator = await users.Database.OpenAdministratorAsync();
        await administrator.ExecuteAsync("BEGIN");
        await administrator.ExecuteAsync("INSERT INTO validation_logs (user_id, validation_type, is_valid) SELECT id, 'node', true FROM auth.users");
        await administrator.ExecuteAsync("DELETE FROM auth.users");

        Assert.Empty(await LeftAsync(administrator));
    }

    [Fact]
    public async Task A_deleted_run_takes_its_pause_and_its_question_and_leaves_the_deployment()
    {
        await using var administrator = await users.Database.OpenAdministratorAsync();
        await administrator.ExecuteAsync("BEGIN");
        await administrator.ExecuteAsync("DELETE FROM workflow_executions");

        Assert.Equal(["trigger_index", "validation_logs", "workflow_deployment_history", "workflow_triggers"], (await LeftAsync(administrator)).Order());
    }

    [Fact]
    public async Task A_user_reads_own_rows_and_writes_none()
    {
        await using var user = await users.Database.OpenUserAsync(users.Other.UserId);
        foreach (var table in WaitingUsers.OwnedTables)
        {
            Assert.Equal(1, await user.CountAsync(table));
            Assert.Equal(0, await user.ScalarAsync<long>($"SELECT count(*) FROM {table} WHERE user_id <> $1", users.Other.UserId));
            Assert.Equal("42501", await user.RefusalAsync($"DELETE FROM {table}"));
            Assert.Equal("42501", await user.RefusalAsync($"UPDATE {table} SET id = id"));
            Assert.Equal("42501", await user.RefusalAsync($"INSERT INTO {table} (user_id) VALUES ($1)", users.Other.UserId));
        }
    }

    private static async Task<List<string>> LeftAsync(NpgsqlConnection connection)
    {
        var left = new List<string>();
        foreach (var table in WaitingUsers.OwnedTables.Append("hil_tokens"))
        {
            if (await connection.CountAsync(table) > 0)
            {
                left.Add(table);
            }
        }

        return left;
    }
}
