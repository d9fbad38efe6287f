using AiTeams.Testing;
using Npgsql;

namespace AiTeams.Migrator.Tests;

public sealed class ApiCallLogPartitionTests : IAsyncLifetime
{
    private const string Partitions = "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'external_api_call_logs'::regclass ORDER BY 1";

    private TestDatabase _database = null!;
    private NpgsqlConnection _service = null!;
    private Guid _userId;

    public async Task InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        _service = await _database.OpenServiceAsync(ServiceRoles.Integrations);
        (_userId, _) = await Tables.FillAsync(_database);
    }

    public async Task DisposeAsync()
    {
        await _service.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task Partitions_are_made_ahead_once_each_with_everything_the_table_has()
    {
        var before = await _service.LinesAsync(Partitions);

        Assert.Equal(4, await _service.ScalarAsync<int>("SELECT maintain_api_call_log_partitions(7)"));
        Assert.Equal(0, await _service.ScalarAsync<int>("SELECT maintain_api_call_log_partitions(7)"));

        var made = (await _service.LinesAsync(Partitions)).Except(before).ToList();
        Assert.Equal(4, made.Count);
        await using var administrator = await _database.OpenAdministratorAsync();
        foreach (var partition in made)
        {
            Assert.Equal("t t aiteams_owner 5 2", await administrator.ScalarAsync<string>($"""
                SELECT concat_ws(' ', relrowsecurity, relforcerowsecurity, relowner::regrole,
                  (SELECT count(*) FROM pg_inherits i JOIN pg_index x ON x.indexrelid = i.inhrelid WHERE x.indrelid = c.oid),
                  (SELECT count(*) FROM pg_constraint WHERE conrelid = c.oid AND contype = 'f'))
                FROM pg_class c WHERE oid = '{partition}'::regclass
                """));
        }
    }

    [Fact]
    public async Task Two_services_may_look_after_partitions_at_once()
    {
        await using var other = await _database.OpenServiceAsync(ServiceRoles.Integrations);

        var made = await Task.WhenAll(
            _service.ScalarAsync<int>("SELECT maintain_api_call_log_partitions(6)"), other.ScalarAsync<int>("SELECT maintain_api_call_log_partitions(6)"));

        Assert.Equal([0, 3], made.Order());
    }

    [Fact]
    public async Task A_long_transaction_of_another_service_is_not_waited_for_long()
    {
        await using var engine = await _database.OpenServiceAsync(ServiceRoles.Engine);
        await engine.ExecuteAsync("BEGIN; UPDATE workflow_executions SET status = 'RUNNING'");

        var refusal = await Assert.ThrowsAsync<PostgresException>(() => _service.ExecuteAsync("SELECT maintain_api_call_log_partitions(4)"));

        Assert.Equal(PostgresErrorCodes.LockNotAvailable, refusal.SqlState);
    }

    [Fact]
    public async Task Dropping_does_not_wait_for_the_tables_it_refers_to()
    {
        await using var engine = await _database.OpenServiceAsync(ServiceRoles.Engine);
        await engine.ExecuteAsync("BEGIN; UPDATE workflow_executions SET status = 'RUNNING'");

        Assert.Equal(1, await _service.ScalarAsync<int>("SELECT drop_api_call_log_partitions_before(date_trunc('month', now())::date)"));
    }

    [Fact]
    public async Task Every_month_from_last_to_those_ahead_takes_calls_to_the_last_microsecond()
    {
        foreach (var at in new[] { "date_trunc('month', now()) - interval '1 month'", "now()", "date_trunc('month', now()) + interval '4 months' - interval '1 microsecond'" })
        {
            Assert.Equal(1, await InsertAsync(at));
        }

        var refusal = await Assert.ThrowsAsync<PostgresException>(() => InsertAsync("date_trunc('month', now()) + interval '4 months'"));
        Assert.Equal(PostgresErrorCodes.CheckViolation, refusal.SqlState);
    }

    [Fact]
    public async Task Retention_drops_whole_months_and_keeps_the_month_of_the_date()
    {
        await InsertAsync("date_trunc('month', now()) - interval '1 day'");
        await InsertAsync("now()");
        Assert.Equal(0, await _service.ScalarAsync<int>("SELECT drop_api_call_log_partitions_before((date_trunc('month', now()) - interval '1 day')::date)"));
        Assert.Equal(2, await _service.CountAsync("external_api_call_logs"));

        Assert.Equal(1, await _service.ScalarAsync<int>("SELECT drop_api_call_log_partitions_before(date_trunc('month', now())::date)"));
        Assert.Equal(1, await _service.CountAsync("external_api_call_logs"));
    }

    [Fact]
    public async Task The_default_retention_keeps_ninety_days_and_no_month_beyond()
    {
        await using var administrator = await _database.OpenAdministratorAsync();
        foreach (var months in new[] { 2, 3, 4, 5 })
        {
            // As the function makes them, only further back than it does.
            await administrator.ExecuteAsync($"""
                DO $$
                DECLARE month timestamptz := date_trunc('month', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' - interval '{months} months';
                BEGIN
                  EXECUTE format('CREATE TABLE %I PARTITION OF external_api_call_logs FOR VALUES FROM (%L) TO (%L)',
                    to_char(month, '"external_api_call_logs_y"YYYY"m"MM'), month, month + interval '1 month');
                  EXECUTE format('ALTER TABLE %I OWNER TO aiteams_owner', to_char(month, '"external_api_call_logs_y"YYYY"m"MM'));
                END
                $$
                """);
        }

        await InsertAsync("now() - interval '89 days'");

        Assert.InRange(await _service.ScalarAsync<int>("SELECT cleanup_old_api_call_logs()"), 2, 3);
        Assert.Equal(1, await _service.CountAsync("external_api_call_logs"));
        Assert.Equal(0, await _service.ScalarAsync<int>("SELECT cleanup_old_api_call_logs(90)"));
    }

    [Theory]
    [InlineData("SELECT maintain_api_call_log_partitions(-1)")]
    [InlineData("SELECT maintain_api_call_log_partitions(100000)")]
    [InlineData("SELECT cleanup_old_api_call_logs(0)")]
    public async Task A_number_that_would_do_harm_is_refused(string call)
    {
        var refusal = await Assert.ThrowsAsync<PostgresException>(() => _service.ExecuteAsync(call));

        Assert.Equal(PostgresErrorCodes.InvalidParameterValue, refusal.SqlState);
    }

    private Task<int> InsertAsync(string at) => _service.ExecuteAsync(
        $"INSERT INTO external_api_call_logs (user_id, provider, operation, success, called_at) VALUES ($1, 'slack', 'send_message', true, {at})", _userId);
}
