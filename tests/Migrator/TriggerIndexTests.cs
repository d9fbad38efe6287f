using AiTeams.Testing;
using Npgsql;

namespace AiTeams.Migrator.Tests;

public sealed class TriggerIndexTests(WaitingUsers users) : IClassFixture<WaitingUsers>
{
    private const string Insert = """
        INSERT INTO trigger_index (workflow_id, user_id, node_id, trigger_type, trigger_subtype, index_key) VALUES ($1, $2, $3, 'TRIGGER', $4, $5)
        """;

    private readonly Waiting _owner = users.Owner;
    private readonly Waiting _other = users.Other;

    [Fact]
    public async Task Two_nodes_of_a_workflow_may_have_the_same_key_and_a_node_has_one_trigger()
    {
        await using var scheduler = await OpenAsync();

        await AddAsync(scheduler, _owner, "morning", "CRON", "0 9 * * *");
        await AddAsync(scheduler, _owner, "also in the morning", "CRON", "0 9 * * *");
        await AddAsync(scheduler, _other, "morning", "CRON", "0 9 * * *");

        Assert.Equal("23505", await RefusalAsync(scheduler, _owner, "morning", "CRON", "0 10 * * *"));
    }

    [Theory]
    [InlineData("/webhook/orders", "/webhook/orders")]
    [InlineData("/webhook/orders", "/Webhook/ORDERS")]
    public async Task Nobody_takes_anothers_path(string path, string again)
    {
        await using var scheduler = await OpenAsync();
        await AddAsync(scheduler, _owner, "hook", "WEBHOOK", path);

        Assert.Equal("23505", await RefusalAsync(scheduler, _other, "hook", "WEBHOOK", again));
        Assert.Equal("23505", await RefusalAsync(scheduler, _owner, "second hook", "WEBHOOK", again));
        await AddAsync(scheduler, _other, "hook", "GITHUB", path);                           // a path only among webhooks
    }

    [Theory]
    [InlineData("is_active = false", true)]
    [InlineData("deployment_status = 'pending'", true)]
    [InlineData("deployment_status = 'inactive'", false)]
    [InlineData("deployment_status = 'failed'", false)]
    public async Task A_path_is_kept_while_its_trigger_is_deployed_even_if_paused(string state, bool kept)
    {
        await using var scheduler = await OpenAsync();
        await AddAsync(scheduler, _owner, "hook", "WEBHOOK", "/webhook/orders");
        await scheduler.ExecuteAsync($"UPDATE trigger_index SET {state} WHERE node_id = 'hook'");

        if (kept)
        {
            Assert.Equal("23505", await RefusalAsync(scheduler, _other, "hook", "WEBHOOK", "/webhook/orders"));
            return;
        }

        await AddAsync(scheduler, _other, "hook", "WEBHOOK", "/webhook/orders");
        Assert.Equal("23505", await scheduler.RefusalAsync(
            "UPDATE trigger_index SET deployment_status = 'active' WHERE node_id = 'hook' AND user_id = $1", _owner.UserId));
    }

    [Theory]
    [InlineData("webhook/orders")]
    [InlineData("/webhook/orders/")]
    [InlineData("/webhook//orders")]
    [InlineData("/webhook/../orders")]
    [InlineData("/webhook/.")]
    [InlineData("/webhook/%6frders")]
    [InlineData("/webhook/orders?x=1")]
    [InlineData("/webhook/orders#x")]
    [InlineData("/webhook/ord ers")]
    [InlineData("/webhook/orders\n")]
    [InlineData("/webhook/ordеrs")]                                                          // a Cyrillic letter that looks like an e
    [InlineData("/")]
    [InlineData("")]
    public async Task A_path_in_another_spelling_is_refused(string path)
    {
        await using var scheduler = await OpenAsync();

        Assert.Equal("23514", await RefusalAsync(scheduler, _owner, "hook", "WEBHOOK", path));
    }

    [Theory]
    [InlineData("/webhook/.well-known/a..b/~me@example.org")]
    [InlineData("/a")]
    public async Task A_path_may_be_any_other(string path)
    {
        await using var scheduler = await OpenAsync();

        await AddAsync(scheduler, _owner, "hook", "WEBHOOK", path);
    }

    [Theory]
    [InlineData("/webhook/{other}")]
    [InlineData("/WEBHOOK/{other}/orders")]
    [InlineData("/webhook/00000000-0000-0000-0000-000000000000")]
    [InlineData("/webhook")]
    [InlineData("/Webhook")]
    public async Task A_path_that_names_another_workflow_or_everybodys_default_is_refused(string path)
    {
        await using var scheduler = await OpenAsync();
        path = path.Replace("{other}", $"{_other.WorkflowId}", StringComparison.Ordinal);
        await scheduler.ExecuteAsync("DELETE FROM trigger_index");                           // not deployed yet

        Assert.Equal("23514", await RefusalAsync(scheduler, _owner, "hook", "WEBHOOK", path));
        await AddAsync(scheduler, _other, "hook", "WEBHOOK", $"/webhook/{_other.WorkflowId}");
        await AddAsync(scheduler, _other, "second hook", "WEBHOOK", $"/webhook/{_other.WorkflowId}/second".ToUpperInvariant());
        await AddAsync(scheduler, _other, "third hook", "WEBHOOK", "/webhook/00000000-0000-0000-0000-00000000000x");
    }

    [Fact]
    public async Task The_key_of_a_manual_trigger_names_its_node()
    {
        await using var scheduler = await OpenAsync();
        var longest = new string('n', 255);

        await AddAsync(scheduler, _owner, "by hand", "MANUAL", "manual:by hand");
        await AddAsync(scheduler, _owner, longest, "MANUAL", $"manual:{longest}"[..255]);

        Assert.Equal("23514", await RefusalAsync(scheduler, _owner, "other hand", "MANUAL", "manual:by hand"));
        Assert.Equal("23514", await RefusalAsync(scheduler, _owner, "mail", "EMAIL", ""));
    }

    [Fact]
    public async Task A_trigger_cannot_be_hung_into_anothers_workflow()
    {
        await using var scheduler = await OpenAsync();

        Assert.Equal("23503", await scheduler.RefusalAsync(Insert, _other.WorkflowId, _owner.UserId, "x", "CRON", "* * * * *"));
        Assert.Equal("23503", await scheduler.RefusalAsync("UPDATE trigger_index SET user_id = $1 WHERE user_id = $2", _owner.UserId, _other.UserId));
        Assert.Equal("23503", await scheduler.RefusalAsync(
            "INSERT INTO workflow_triggers (workflow_id, user_id, node_id, trigger_type) VALUES ($1, $2, 'x', 'CRON')", _other.WorkflowId, _owner.UserId));
    }

    [Fact]
    public async Task Two_schedulers_never_claim_the_same_trigger()
    {
        await using var database = await TestDatabase.CreateAsync();
        var (userId, workflowId) = await Tables.FillAsync(database);
        await using var first = await database.OpenServiceAsync(ServiceRoles.Scheduler);
        await using var second = await database.OpenServiceAsync(ServiceRoles.Scheduler);
        await first.ExecuteAsync("""
            INSERT INTO trigger_index (workflow_id, user_id, node_id, trigger_type, trigger_subtype, index_key, next_fire_at)
            SELECT $1, $2, 'node ' || n, 'TRIGGER', 'CRON', '* * * * *', '2000-01-01Z'::timestamptz + make_interval(mins => n) FROM generate_series(1, 5) n
            """, workflowId, userId);
        const string Claim = """
            SELECT node_id::text FROM trigger_index WHERE is_active AND deployment_status = 'active' AND next_fire_at <= '2000-01-01 00:04Z'
            ORDER BY next_fire_at LIMIT 3 FOR UPDATE SKIP LOCKED
            """;

        await first.ExecuteAsync("BEGIN");
        Assert.Equal(["node 1", "node 2", "node 3"], await first.LinesAsync(Claim));
        Assert.Equal(["node 4"], await second.LinesAsync(Claim));
    }

    [Fact]
    public async Task Firing_is_no_change_of_the_trigger()
    {
        await using var scheduler = await OpenAsync();
        const string Changed = "SELECT (SELECT updated_at = now() FROM trigger_index WHERE user_id = $1) OR (SELECT updated_at = now() FROM workflow_triggers WHERE user_id = $1)";

        await scheduler.ExecuteAsync("UPDATE trigger_index SET last_fired_at = now(), next_fire_at = now() WHERE user_id = $1", _owner.UserId);
        await scheduler.ExecuteAsync("UPDATE workflow_triggers SET trigger_count = trigger_count + 1, last_triggered_at = now() WHERE user_id = $1", _owner.UserId);
        Assert.False(await scheduler.ScalarAsync<bool>(Changed, _owner.UserId));

        await scheduler.ExecuteAsync("UPDATE trigger_index SET is_active = false WHERE user_id = $1", _owner.UserId);
        Assert.True(await scheduler.ScalarAsync<bool>(Changed, _owner.UserId));
    }

    private async Task<NpgsqlConnection> OpenAsync()
    {
        var scheduler = await users.Database.OpenServiceAsync(ServiceRoles.Scheduler);
        await scheduler.ExecuteAsync("BEGIN");
        return scheduler;
    }

    private static Task<int> AddAsync(NpgsqlConnection scheduler, Waiting whose, string node, string subtype, string key) =>
        scheduler.ExecuteAsync(Insert, whose.WorkflowId, whose.UserId, node, subtype, key);

    private static Task<string> RefusalAsync(NpgsqlConnection scheduler, Waiting whose, string node, string subtype, string key) =>
        scheduler.RefusalAsync(Insert, whose.WorkflowId, whose.UserId, node, subtype, key);
}
