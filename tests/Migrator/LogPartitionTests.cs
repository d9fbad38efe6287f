using AiTeams.Testing;
using Npgsql;

namespace AiTeams.Migrator.Tests;

public sealed class LogPartitionTests : IAsyncLifetime
{
    private const string Partitions = "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'workflow_execution_logs'::regclass ORDER BY 1";

    private TestDatabase _database = null!;
    private NpgsqlConnection _engine = null!;

    public async Task InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        _engine = await _database.OpenServiceAsync(ServiceRoles.Engine);
    }

    public async Task DisposeAsync()
    {
        await _engine.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task The_engine_makes_partitions_ahead_once_each_with_everything_the_table_has()
    {
        var before = await _engine.LinesAsync(Partitions);

        Assert.Equal(4, await _engine.ScalarAsync<int>("SELECT maintain_log_partitions(7)"));
        Assert.Equal(0, await _engine.ScalarAsync<int>("SELECT maintain_log_partitions(7)"));

        var made = (await _engine.LinesAsync(Partitions)).Except(before).ToList();
        Assert.Equal(4, made.Count);
        await using var administrator = await _database.OpenAdministratorAsync();
        foreach (var partition in made)
        {
            Assert.Equal("t t aiteams_owner 5 4", await administrator.ScalarAsync<string>($"""
                SELECT concat_ws(' ', relrowsecurity, relforcerowsecurity, relowner::regrole,
                  (SELECT count(*) FROM pg_inherits i JOIN pg_index x ON x.indexrelid = i.inhrelid WHERE x.indrelid = c.oid),
                  (SELECT count(*) FROM pg_constraint WHERE conrelid = c.oid AND conislocal IS NOT NULL))
                FROM pg_class c WHERE oid = '{partition}'::regclass
                """));
        }
    }

    [Fact]
    public async Task Two_engines_may_look_after_partitions_at_once()
    {
        await using var other = await _database.OpenServiceAsync(ServiceRoles.Engine);

        var made = await Task.WhenAll(
            _engine.ScalarAsync<int>("SELECT maintain_log_partitions(6)"), other.ScalarAsync<int>("SELECT maintain_log_partitions(6)"));

        Assert.Equal([0, 3], made.Order());
    }

    [Fact]
    public async Task Every_month_from_last_to_those_ahead_takes_log_lines_to_the_last_microsecond()
    {
        foreach (var at in new[] { "date_trunc('month', now()) - interval '1 month'", "now()", "date_trunc('month', now()) + interval '4 months' - interval '1 microsecond'" })
        {
            Assert.Equal(1, await _engine.ExecuteAsync(InsertAt(at)));
        }

        var refusal = await Assert.ThrowsAsync<PostgresException>(() => _engine.ExecuteAsync(InsertAt("date_trunc('month', now()) + interval '4 months'")));
        Assert.Equal(PostgresErrorCodes.CheckViolation, refusal.SqlState);
    }

    [Fact]
    public async Task Retention_drops_whole_months_and_keeps_the_month_of_the_date()
    {
        await _engine.ExecuteAsync(InsertAt("date_trunc('month', now()) - interval '1 day'"));
        await _engine.ExecuteAsync(InsertAt("now()"));
        Assert.Equal(0, await _engine.ScalarAsync<int>("SELECT drop_log_partitions_before((date_trunc('month', now()) - interval '1 day')::date)"));
        Assert.Equal(2, await _engine.CountAsync("workflow_execution_logs"));

        Assert.Equal(1, await _engine.ScalarAsync<int>("SELECT drop_log_partitions_before(date_trunc('month', now())::date)"));
        Assert.Equal(1, await _engine.CountAsync("workflow_execution_logs"));
    }

    [Fact]
    public async Task The_default_retention_keeps_thirty_days()
    {
        await _engine.ExecuteAsync(InsertAt("now() - interval '29 days'"));

        await _engine.ExecuteAsync("SELECT cleanup_old_execution_logs()");

        Assert.Equal(1, await _engine.CountAsync("workflow_execution_logs"));
    }

    [Theory]
    [InlineData("SELECT maintain_log_partitions(-1)")]
    [InlineData("SELECT maintain_log_partitions(100000)")]
    [InlineData("SELECT cleanup_old_execution_logs(0)")]
    public async Task A_number_that_would_do_harm_is_refused(string call)
    {
        var refusal = await Assert.ThrowsAsync<PostgresException>(() => _engine.ExecuteAsync(call));

        Assert.Equal(PostgresErrorCodes.InvalidParameterValue, refusal.SqlState);
    }

    private static string InsertAt(string at) => $"""
        INSERT INTO workflow_execution_logs (execution_id, user_id, sequence, event_type, message, created_at)
        VALUES ('e', gen_random_uuid(), 1, 'separator', 'x', {at})
        """;
}
