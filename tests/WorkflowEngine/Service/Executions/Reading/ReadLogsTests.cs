using System.Net;
using AiTeams.WorkflowEngine.Executions.Reading;
using AiTeams.WorkflowEngine.Tests.Definitions;
using NpgsqlTypes;
using Xunit;

namespace AiTeams.WorkflowEngine.Tests.Executions.Reading;

[Collection(DefinitionApi.Name)]
public sealed class ReadLogsTests(DefinitionApi api)
{
    [Fact]
    public async Task Logs_come_in_the_order_things_happened_with_both_voices()
    {
        var (user, execution) = await ExecutionAsync();

        var answer = (await user.GetAsync($"{TestUser.Executions}/{execution}/logs")).Expect(HttpStatusCode.OK).Json;

        Assert.Equal(execution, (string)answer["execution_id"]!);
        var logs = answer["logs"]!.AsArray();
        Assert.Equal([1L, 2, 3, 4, 5], logs.Select(entry => (long)entry!["sequence"]!));
        var first = logs[0]!;
        Assert.Equal("BUSINESS", (string)first["category"]!);
        Assert.Equal("workflow_started", (string)first["event_type"]!);
        Assert.Equal("started", (string)first["message"]!);
        Assert.Equal("Off we go", (string)first["user_friendly_message"]!);
        Assert.True((bool)first["is_milestone"]!);
        Assert.Equal(1, (int)logs[1]!["data"]!["x"]!);
        Assert.Null(answer["next_cursor"]);
    }

    [Theory]
    [InlineData("", "1 2 3 4 5")]
    [InlineData("category=BUSINESS", "1 4 5")]
    [InlineData("category=technical", "2 3")]
    [InlineData("level=ERROR", "4")]
    [InlineData("level=WARNING,ERROR", "3 4")]
    [InlineData("min_priority=5", "1 4 5")]
    [InlineData("milestones=true", "1 4")]
    [InlineData("milestones=false", "1 2 3 4 5")]
    [InlineData("node_id=call", "2 3 4")]
    [InlineData("node_id=call&category=BUSINESS&min_priority=10", "4")]
    [InlineData("node_id=nowhere", "")]
    [InlineData("event_type=step_error", "3 4")]
    [InlineData("since=2020-01-01T00:00:00Z", "1 2 3 4 5")]
    [InlineData("until=2020-01-01T00:00:00Z", "")]
    public async Task Filters_narrow_the_logs(string query, string expected)
    {
        var (user, execution) = await ExecutionAsync();

        var answer = (await user.GetAsync($"{TestUser.Executions}/{execution}/logs?{query}")).Expect(HttpStatusCode.OK).Json;

        Assert.Equal(expected, string.Join(' ', answer["logs"]!.AsArray().Select(entry => (long)entry!["sequence"]!)));
    }

    [Fact]
    public async Task A_cursor_goes_on_where_the_page_ended()
    {
        var (user, execution) = await ExecutionAsync();

        var seen = new List<long>();
        string? cursor = null;
        do
        {
            var page = (await user.GetAsync($"{TestUser.Executions}/{execution}/logs?limit=2&cursor={cursor}")).Expect(HttpStatusCode.OK).Json;
            seen.AddRange(page["logs"]!.AsArray().Select(entry => (long)entry!["sequence"]!));
            cursor = (string?)page["next_cursor"];
        }
        while (cursor is not null);

        Assert.Equal([1, 2, 3, 4, 5], seen);
    }

    [Theory]
    [InlineData("category=PRIVATE", "category")]
    [InlineData("level=LOUD", "level")]
    [InlineData("min_priority=0", "min_priority")]
    [InlineData("min_priority=11", "min_priority")]
    [InlineData("milestones=1", "milestones")]
    [InlineData("limit=501", "limit")]
    [InlineData("cursor=abc", "cursor")]
    public async Task A_bad_parameter_is_named(string query, string name)
    {
        var (user, execution) = await ExecutionAsync();

        var refused = (await user.GetAsync($"{TestUser.Executions}/{execution}/logs?{query}")).ExpectProblem(HttpStatusCode.UnprocessableEntity, "validation_failed");

        Assert.Equal([$"invalid_query_parameter /query/{name}"], refused.Problems);
    }

    [Fact]
    public async Task Logs_written_in_an_earlier_month_are_found()
    {
        var user = await api.NewUserAsync();
        var workflow = await user.CreatedAsync(Documents.Minimal());
        var monthStart = new DateTimeOffset(DateTimeOffset.UtcNow.Year, DateTimeOffset.UtcNow.Month, 1, 0, 0, 0, TimeSpan.Zero);
        var execution = await api.NewExecutionAsync(user, workflow, createdAt: monthStart.AddDays(-3));

        Assert.Equal(5, (await user.GetAsync($"{TestUser.Executions}/{execution}/logs")).Json["logs"]!.AsArray().Count);
    }

    [Fact]
    public async Task A_page_reads_the_index_of_its_execution()
    {
        var (user, execution) = await ExecutionAsync();

        var plan = await api.ExplainAsync(
            user.Id,
            $"""
            INSERT INTO workflow_execution_logs (execution_id, user_id, sequence, event_type, message)
                SELECT CASE WHEN i % 10 = 0 THEN '{execution}' ELSE 'other' || i % 10 END, '{user.Id}', i, 'step_started', 'm' FROM generate_series(10, 20000) i;
            ANALYZE workflow_execution_logs;
            """,
            LogPage.Sql,
            Plans.Argument(NpgsqlDbType.Text, execution), Plans.Argument(NpgsqlDbType.Bigint, 500L), Plans.Argument(NpgsqlDbType.Array | NpgsqlDbType.Text),
            Plans.Argument(NpgsqlDbType.Array | NpgsqlDbType.Text), Plans.Argument(NpgsqlDbType.Integer), Plans.Argument(NpgsqlDbType.Boolean),
            Plans.Argument(NpgsqlDbType.Text), Plans.Argument(NpgsqlDbType.Array | NpgsqlDbType.Text), Plans.Argument(NpgsqlDbType.TimestampTz),
            Plans.Argument(NpgsqlDbType.TimestampTz), Plans.Argument(NpgsqlDbType.Integer, 101));

        Assert.Contains("execution_id_sequence_idx", plan, StringComparison.Ordinal);
    }

    private async Task<(TestUser User, string Execution)> ExecutionAsync()
    {
        var user = await api.NewUserAsync();
        return (user, await api.NewExecutionAsync(user, await user.CreatedAsync(Documents.Minimal())));
    }
}
