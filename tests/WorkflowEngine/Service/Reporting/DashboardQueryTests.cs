using System.Text.Json.Nodes;
using AiTeams.ServiceDefaults.Database;
using AiTeams.ServiceDefaults.Identity;
using AiTeams.WorkflowEngine.Reporting;
using Npgsql;
using NpgsqlTypes;
using Xunit;

namespace AiTeams.WorkflowEngine.Tests.Reporting;

/// <summary>The statements of the dashboard, services/WorkflowEngine/Service/Queries, as their user.</summary>
public sealed class DashboardQueryTests(DashboardQueryTests.Filled filled) : IClassFixture<DashboardQueryTests.Filled>
{
    private static readonly NpgsqlParameter[] Period =
        [new() { Value = new DateOnly(2026, 11, 18), NpgsqlDbType = NpgsqlDbType.Date }, new() { Value = new DateOnly(2026, 11, 20), NpgsqlDbType = NpgsqlDbType.Date }];

    [Fact]
    public async Task The_dashboard_shows_twenty_active_workflows_newest_updated_first_with_their_latest_run()
    {
        var rows = await RowsAsync("user_dashboard", filled.User, Statement.Uuid(filled.User));

        Assert.Equal(Enumerable.Range(0, 20).Select(n => $"workflow {30 - n}"), rows.Select(row => (string?)row["name"]));
        Assert.Equal("ERROR", (string?)rows[0]["latest_execution_status"]);
    }

    [Fact]
    public async Task An_execution_comes_with_its_nodes_in_the_order_they_ran()
    {
        var row = Assert.Single(await RowsAsync("execution_monitoring", filled.User, Statement.Text("day1-1")));

        Assert.Equal("SUCCESS", (string?)row["status"]);
        Assert.Equal(["first", "second", "third"], row["node_executions"]!.AsArray().Select(node => (string?)node!["node_id"]));
    }

    [Fact]
    public async Task An_execution_that_has_run_no_node_has_an_empty_list_and_not_a_null()
    {
        var row = Assert.Single(await RowsAsync("execution_monitoring", filled.User, Statement.Text("day2-1")));

        Assert.Empty(row["node_executions"]!.AsArray());
    }

    [Fact]
    public async Task Runs_per_day_count_every_end_and_show_days_without_runs()
    {
        var days = await RowsAsync("runs_per_day", filled.User, [Statement.Uuid(filled.User), .. Copy(Period), Statement.Uuid(null)]);

        Assert.Equal(["2026-11-18 10 0.8889", "2026-11-19 0 ", "2026-11-20 4 0.5000"], days.Select(day => $"{day["day"]} {day["runs"]} {day["success_rate"]}"));
        Assert.Equal(1, (int)days[0]["canceled"]!);
        Assert.Equal(1_000, (int)days[0]["average_duration_ms"]!);
    }

    [Fact]
    public async Task Workflows_are_compared_by_how_often_they_succeed()
    {
        var workflows = await RowsAsync("workflow_performance", filled.User, [Statement.Uuid(filled.User), .. Copy(Period), Statement.Integer(5)]);

        Assert.Equal(["workflow 1 10 0.8889", "workflow 2 4 0.5000"], workflows.Select(row => $"{row["name"]} {row["runs"]} {row["success_rate"]}"));
    }

    [Fact]
    public async Task Percentiles_are_at_most_five_per_cent_off()
    {
        var row = Assert.Single(await RowsAsync("duration_percentiles", filled.User, [Statement.Uuid(filled.User), .. Copy(Period), Statement.Uuid(null)]));

        Assert.Equal(10, (int)row["runs"]!);
        Assert.InRange((double)row["p50_ms"]!, 950, 1_050);
        Assert.InRange((double)row["p95_ms"]!, 57_000, 63_000);
    }

    [Theory]
    [InlineData("user_dashboard", "idx_workflows_(active|user_id)")]
    [InlineData("execution_monitoring", "idx_executions_execution_id")]
    [InlineData("runs_per_day", "execution_metrics_daily_pkey|idx_execution_metrics_daily_user_id")]
    [InlineData("workflow_performance", "idx_execution_metrics_daily_user_id")]
    [InlineData("duration_percentiles", "idx_execution_metrics_durations_user_id")]
    public async Task Each_goes_by_its_index_and_shows_a_stranger_nothing(string query, string index)
    {
        var arguments = query switch
        {
            "user_dashboard" => [Statement.Uuid(filled.User)],
            "execution_monitoring" => [Statement.Text("day1-1")],
            "workflow_performance" => [Statement.Uuid(filled.User), .. Copy(Period), Statement.Integer(5)],
            _ => (NpgsqlParameter[])[Statement.Uuid(filled.User), .. Copy(Period), Statement.Uuid(null)],
        };

        var plan = await LinesAsync($"EXPLAIN (COSTS OFF) {Sql(query)}", filled.User, Copy(arguments));
        var seen = await RowsAsync(query, Guid.NewGuid(), arguments);

        Assert.Matches(index, plan);
        Assert.DoesNotContain("Seq Scan", plan, StringComparison.Ordinal);
        Assert.DoesNotContain(seen, row => row.ContainsKey("name") || row.ContainsKey("execution_id") || (row["runs"] is { } runs && (int)runs > 0));
    }

    private static NpgsqlParameter[] Copy(NpgsqlParameter[] parameters) => [.. parameters.Select(parameter => parameter.Clone())];

    private static string Sql(string name)
    {
        using var reader = new StreamReader(typeof(RefreshExecutionMetrics).Assembly.GetManifestResourceStream($"queries/{name}.sql")!);
        return reader.ReadToEnd();
    }

    private async Task<JsonObject[]> RowsAsync(string query, Guid user, params NpgsqlParameter[] arguments)
    {
        var rows = await LinesAsync($"SELECT coalesce(json_agg(q), '[]')::text FROM ({Sql(query)}) q", user, arguments);
        return [.. JsonNode.Parse(rows)!.AsArray().Select(row => row!.AsObject())];
    }

    private Task<string> LinesAsync(string sql, Guid user, NpgsqlParameter[] arguments) => filled.Database.Users.QueryAsync(
        Caller.For(user),
        Statement.Of(sql, arguments),
        async (reader, cancellationToken) =>
        {
            var lines = new List<string>();
            while (await reader.ReadAsync(cancellationToken))
            {
                lines.Add(reader.GetString(0));
            }

            return string.Join('\n', lines);
        },
        CancellationToken.None);

    public sealed class Filled : IAsyncLifetime
    {
        // Many others, so that an index is worth its while.
        private const string Others = """
            INSERT INTO auth.users (id, email, encrypted_password) SELECT gen_random_uuid(), 'other ' || n, '-' FROM generate_series(1, 60) n;
            INSERT INTO workflows (user_id, name, workflow_data) SELECT id, 'theirs', '{}' FROM auth.users, generate_series(1, 40) WHERE email LIKE 'other%';
            INSERT INTO workflow_executions (execution_id, workflow_id, user_id, workflow_version, status, start_time, end_time)
            SELECT w.id || '-' || n, w.id, w.user_id, 1, 'SUCCESS', s, s + n * 1000
            FROM workflows w, generate_series(1, 4) n, LATERAL (SELECT (extract(epoch FROM timestamptz '2026-11-19 00:00+00') * 1000)::bigint + n * 3600000) x (s)
            WHERE w.name = 'theirs';
            INSERT INTO node_executions (execution_id, user_id, node_id, node_type, status)
            SELECT execution_id, user_id, 'only', 'ACTION', 'SUCCESS' FROM workflow_executions;
            """;

        public MetricsDatabase Database { get; } = new();

        public Guid User { get; private set; }

        public async Task InitializeAsync()
        {
            await Database.InitializeAsync();
            await Database.ExecuteAsync(Others);
            User = await Database.NewUserAsync();
            var workflows = new List<Guid>();
            foreach (var number in Enumerable.Range(1, 31))
            {
                workflows.Add(await Database.NewWorkflowAsync(User, $"workflow {number}"));
            }

            await Database.ExecuteAsync("UPDATE workflows SET active = name <> 'workflow 31' WHERE user_id = $1", User);
            await Database.ExecuteAsync("ALTER TABLE workflows DISABLE TRIGGER workflows_touch");
            await Database.ExecuteAsync("UPDATE workflows SET updated_at = split_part(name, ' ', 2)::int, latest_execution_status = 'ERROR' WHERE user_id = $1", User);
            await EndAsync(workflows[0], "day1-", "2026-11-18 12:00:00+00", ("SUCCESS", 1_000, 8), ("ERROR", 1_000, 1), ("CANCELED", 1_000, 1));
            await EndAsync(workflows[1], "day2-", "2026-11-20 12:00:00+00", ("SUCCESS", 60_000, 2), ("TIMEOUT", 60_000, 2));
            await Database.ExecuteAsync(
                """
                INSERT INTO node_executions (execution_id, user_id, node_id, node_type, status, start_time)
                SELECT 'day1-1', $1, node, 'ACTION', 'SUCCESS', at FROM (VALUES ('second', 2), ('third', 3), ('first', 1)) n (node, at)
                """, User);
            await Database.RefreshAllAsync();
            await Database.ExecuteAsync("ANALYZE");
        }

        public Task DisposeAsync() => Database.DisposeAsync();

        private async Task EndAsync(Guid workflow, string prefix, string startedAt, params (string Status, long DurationMs, int Count)[] ends)
        {
            await Database.StartAsync(User, workflow, prefix, ends.Sum(end => end.Count), startedAt);
            var next = 1;
            foreach (var (status, durationMs, count) in ends)
            {
                await Database.FinishAsync(status, durationMs, [.. Enumerable.Range(next, count).Select(n => $"{prefix}{n}")]);
                next += count;
            }
        }
    }
}
