using AiTeams.Testing;

namespace AiTeams.Migrator.Tests;

public sealed class HilFunctionTests(HilFunctionTests.Asked asked) : IClassFixture<HilFunctionTests.Asked>
{
    private const string Noon = "timestamptz '2030-01-01 12:00Z'";
    private const string Pending = "SELECT node_id::text FROM get_pending_hil_interactions(as_of => " + Noon;
    private const string Expired = "SELECT node_id::text FROM get_expired_hil_interactions(as_of => " + Noon;

    [Fact]
    public async Task Pending_ones_come_soonest_first_from_after_now_to_before_the_end()
    {
        await using var service = await asked.Database.OpenServiceAsync(ServiceRoles.HumanInTheLoop);

        Assert.Equal(["12:00:01", "12:07 warned", "12:14:59"], await service.LinesAsync($"{Pending})"));
        Assert.Equal(["12:00:01", "12:14:59"], await service.LinesAsync($"{Pending}, unwarned_only => true)"));
        Assert.Equal(["12:00:01", "12:07 warned", "12:14:59", "12:15"], await service.LinesAsync($"{Pending}, within => '15 minutes 1 second')"));
        Assert.Equal(["12:00:01"], await service.LinesAsync($"{Pending}, max_results => 1)"));
        Assert.Empty(await service.LinesAsync($"{Pending}, within => '0')"));
        Assert.Empty(await service.LinesAsync($"{Pending}, within => NULL)"));
    }

    [Fact]
    public async Task Expired_ones_come_longest_overdue_first_up_to_now()
    {
        await using var service = await asked.Database.OpenServiceAsync(ServiceRoles.HumanInTheLoop);

        Assert.Equal(["11:00", "11:59", "12:00"], await service.LinesAsync($"{Expired})"));
        Assert.Equal(["11:00", "11:59"], await service.LinesAsync($"{Expired}, max_results => 2)"));
        Assert.Empty(await service.LinesAsync($"{Expired}, max_results => 0)"));
        Assert.Empty(await service.LinesAsync("SELECT node_id::text FROM get_expired_hil_interactions(as_of => '2000-01-01')"));
    }

    [Fact]
    public async Task Two_callers_never_get_the_same_expired_one()
    {
        await using var first = await asked.Database.OpenServiceAsync(ServiceRoles.HumanInTheLoop);
        await using var second = await asked.Database.OpenServiceAsync(ServiceRoles.HumanInTheLoop);
        await first.ExecuteAsync("BEGIN");

        Assert.Equal(["11:00", "11:59"], await first.LinesAsync($"{Expired}, max_results => 2)"));
        Assert.Equal(["12:00"], await second.LinesAsync($"{Expired}, max_results => 2)"));

        await first.ExecuteAsync("ROLLBACK");
        Assert.Equal(["11:00", "11:59"], await second.LinesAsync($"{Expired}, max_results => 2)"));
    }

    [Fact]
    public async Task What_has_been_timed_out_is_not_given_again()
    {
        await using var service = await asked.Database.OpenServiceAsync(ServiceRoles.HumanInTheLoop);
        await service.ExecuteAsync("BEGIN");

        await service.ExecuteAsync($"UPDATE human_interactions SET status = 'timeout' WHERE id IN (SELECT id FROM get_expired_hil_interactions(2, {Noon}))");

        Assert.Equal(["12:00"], await service.LinesAsync($"{Expired})"));
    }

    [Fact]
    public async Task A_user_gets_own_ones()
    {
        await using var owner = await asked.Database.OpenUserAsync(asked.Owner);
        await using var other = await asked.Database.OpenUserAsync(asked.Other);
        await using var nobody = await asked.Database.OpenServiceAsync(ServiceRoles.HumanInTheLoop);
        await nobody.ExecuteAsync("BEGIN; SET LOCAL ROLE authenticated");

        Assert.Equal(["12:00:01", "12:07 warned"], await owner.LinesAsync($"{Pending})"));
        Assert.Equal(["12:14:59"], await other.LinesAsync($"{Pending})"));
        Assert.Empty(await nobody.LinesAsync($"{Pending})"));
    }

    [Fact]
    public async Task Nobody_else_may_call_them()
    {
        foreach (var role in ServiceRoles.All.Except([ServiceRoles.HumanInTheLoop]))
        {
            await using var connection = await asked.Database.OpenServiceAsync(role);
            await connection.ExecuteAsync("BEGIN");

            Assert.Equal("42501", await connection.RefusalAsync($"{Pending})"));
            Assert.Equal("42501", await connection.RefusalAsync($"{Expired})"));
        }
    }

    /// <summary>Interactions of two users around noon; the node says when each of them times out.</summary>
    public sealed class Asked : IAsyncLifetime
    {
        private const string Ask = """
            INSERT INTO human_interactions (workflow_id, user_id, execution_id, node_id, interaction_type, channel_type, request_data, status, warning_sent_at, timeout_at)
            SELECT workflow_id, user_id, id, node, 'approval', 'in_app', '{}', coalesce(substring(node FROM 'cancelled'), 'pending'),
              CASE WHEN node LIKE '%warned' THEN now() END, ('2030-01-01 ' || split_part(node, ' ', 1) || 'Z')::timestamptz
            FROM workflow_executions, unnest($2::text[]) node WHERE user_id = $1
            """;

        public TestDatabase Database { get; private set; } = null!;

        public Guid Owner { get; private set; }

        public Guid Other { get; private set; }

        public async Task InitializeAsync()
        {
            Database = await TestDatabase.CreateAsync();
            (Owner, _) = await Tables.FillAsync(Database);
            (Other, _) = await Tables.FillAsync(Database);
            await using var administrator = await Database.OpenAdministratorAsync();
            await administrator.ExecuteAsync(Ask, Owner, new[] { "12:00:01", "12:07 warned", "12:00", "11:00", "10:00 cancelled" });
            await administrator.ExecuteAsync(Ask, Other, new[] { "12:15", "12:14:59", "11:59", "12:10 cancelled" });
        }

        public async Task DisposeAsync() => await Database.DisposeAsync();
    }
}
