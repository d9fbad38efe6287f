using System.Net;
using System.Text.Json.Nodes;
using AiTeams.WorkflowEngine.Executions.Reading;
using AiTeams.WorkflowEngine.Tests.Definitions;
using NpgsqlTypes;
using Xunit;

namespace AiTeams.WorkflowEngine.Tests.Executions.Reading;

[Collection(DefinitionApi.Name)]
public sealed class ReadExecutionTests(DefinitionApi api)
{
    [Fact]
    public async Task An_execution_tells_its_nodes_in_order_and_what_it_waits_for()
    {
        var user = await api.NewUserAsync();
        var workflow = await user.CreatedAsync(Documents.Minimal("Slow"));
        var execution = await api.NewExecutionAsync(user, workflow);

        var read = (await user.GetAsync($"{TestUser.Executions}/{execution}")).Expect(HttpStatusCode.OK).Json;

        Assert.Equal(execution, (string)read["execution_id"]!);
        Assert.Equal(workflow, (string)read["workflow_id"]!);
        Assert.Equal("Slow", (string)read["workflow_name"]!);
        Assert.Equal("PAUSED", (string)read["status"]!);
        Assert.Equal(1000, (long)read["start_time"]!);
        Assert.Null(read["end_time"]);
        Assert.Equal("""{"a":[1,null]}""", read["trigger_data"]!.ToJsonString());

        var nodes = read["node_executions"]!.AsArray();
        Assert.Equal(["start", "call", "wait"], nodes.Select(node => (string)node!["node_id"]!));
        Assert.True((bool)nodes[0]!["output_data"]!["result"]!["ok"]!);
        Assert.Equal("timeout", (string)nodes[1]!["error_data"]!["code"]!);
        Assert.Equal(2, (int)nodes[1]!["retry_count"]!);

        var waiting = read["waiting_for"]!;
        Assert.Equal("delay", (string)waiting["reason"]!);
        Assert.Equal("wait", (string)waiting["node_id"]!);
        Assert.Equal("Wait", (string)waiting["node_name"]!);
        Assert.Null(waiting["who"]);
        Assert.Equal(DateTimeOffset.Parse("2030-01-01T00:00:00Z", null), DateTimeOffset.Parse((string)waiting["until"]!, null));
    }

    [Fact]
    public async Task A_finished_execution_waits_for_nothing()
    {
        var user = await api.NewUserAsync();
        var execution = await api.NewExecutionAsync(user, await user.CreatedAsync(Documents.Minimal()), status: "CANCELED");

        Assert.Null((await user.GetAsync($"{TestUser.Executions}/{execution}")).Json["waiting_for"]);
    }

    [Fact]
    public async Task The_list_is_newest_first_and_comes_in_pages()
    {
        var user = await api.NewUserAsync();
        var workflow = await user.CreatedAsync(Documents.Minimal("Often"));
        var now = DateTimeOffset.UtcNow;
        var executions = new List<string>();
        for (var i = 0; i < 7; i++)
        {
            executions.Add(await api.NewExecutionAsync(user, workflow, createdAt: now.AddMinutes(-i / 2)));
        }

        var seen = new List<JsonNode>();
        string? cursor = null;
        do
        {
            var page = (await user.GetAsync($"{TestUser.Executions}?limit=2&cursor={cursor}")).Expect(HttpStatusCode.OK).Json;
            seen.AddRange(page["executions"]!.AsArray()!);
            cursor = (string?)page["next_cursor"];
        }
        while (cursor is not null);

        Assert.Equal(executions.Order(StringComparer.Ordinal), seen.Select(row => (string)row["execution_id"]!).Order(StringComparer.Ordinal));
        var times = seen.Select(row => DateTimeOffset.Parse((string)row["created_at"]!, null)).ToList();
        Assert.Equal(times.OrderDescending(), times);
        Assert.All(seen, row => Assert.Equal("Often", (string)row["workflow_name"]!));
    }

    [Fact]
    public async Task The_list_is_filtered_by_workflow_status_mode_and_time()
    {
        var user = await api.NewUserAsync();
        var (one, other) = (await user.CreatedAsync(Documents.Minimal("one")), await user.CreatedAsync(Documents.Minimal("other")));
        var now = DateTimeOffset.UtcNow;
        await api.NewExecutionAsync(user, one, "SUCCESS", "MANUAL", now.AddHours(-3));
        await api.NewExecutionAsync(user, one, "ERROR", "WEBHOOK", now.AddHours(-2));
        await api.NewExecutionAsync(user, other, "ERROR", "TRIGGER", now.AddHours(-1));

        Assert.Equal(3, await CountAsync(""));
        Assert.Equal(2, await CountAsync($"?workflow_id={one}"));
        Assert.Equal(2, await CountAsync("?status=ERROR"));
        Assert.Equal(3, await CountAsync("?status=error,success"));
        Assert.Equal(1, await CountAsync("?mode=WEBHOOK"));
        Assert.Equal(2, await CountAsync($"?since={now.AddHours(-2.5):yyyy-MM-ddTHH:mm:ssZ}"));
        Assert.Equal(1, await CountAsync($"?since={now.AddHours(-2.5).ToUnixTimeMilliseconds()}&until={now.AddHours(-1.5).ToUnixTimeMilliseconds()}"));
        Assert.Equal(1, await CountAsync($"?until={now.AddHours(-2.5).ToOffset(TimeSpan.FromHours(2)):yyyy-MM-ddTHH:mm:sszzz}"));
        Assert.Equal(0, await CountAsync($"?workflow_id={other}&status=SUCCESS"));

        async Task<int> CountAsync(string query) =>
            (await user.GetAsync(TestUser.Executions + query)).Expect(HttpStatusCode.OK).Json["executions"]!.AsArray().Count;
    }

    [Theory]
    [InlineData("workflow_id=nope", "workflow_id")]
    [InlineData("status=DONE", "status")]
    [InlineData("status=ERROR,", "status")]
    [InlineData("mode=AUTO", "mode")]
    [InlineData("since=yesterday", "since")]
    [InlineData("until=99999999999999999999", "until")]
    [InlineData("limit=1.5", "limit")]
    [InlineData("cursor=!", "cursor")]
    public async Task A_bad_parameter_is_named(string query, string name)
    {
        var user = await api.NewUserAsync();

        var refused = (await user.GetAsync($"{TestUser.Executions}?{query}")).ExpectProblem(HttpStatusCode.UnprocessableEntity, "validation_failed");

        Assert.Equal([$"invalid_query_parameter /query/{name}"], refused.Problems);
    }

    [Fact]
    public async Task A_page_reads_its_index_and_neither_sorts_nor_scans()
    {
        var user = await api.NewUserAsync();
        var workflow = await user.CreatedAsync(Documents.Minimal());

        var plan = await api.ExplainAsync(
            user.Id,
            $"""
            INSERT INTO workflow_executions (execution_id, workflow_id, user_id, workflow_version, status, created_at)
                SELECT 'plan' || i, '{workflow}', '{user.Id}', 1, 'SUCCESS', now() - make_interval(secs => i) FROM generate_series(1, 5000) i;
            ANALYZE workflow_executions;
            """,
            ListExecutions.Sql,
            Plans.Argument(NpgsqlDbType.Uuid, user.Id), Plans.Argument(NpgsqlDbType.TimestampTz, DateTime.UtcNow.AddMinutes(-5)),
            Plans.Argument(NpgsqlDbType.Uuid, Guid.NewGuid()), Plans.Argument(NpgsqlDbType.Uuid), Plans.Argument(NpgsqlDbType.Array | NpgsqlDbType.Text),
            Plans.Argument(NpgsqlDbType.Array | NpgsqlDbType.Text), Plans.Argument(NpgsqlDbType.TimestampTz), Plans.Argument(NpgsqlDbType.TimestampTz),
            Plans.Argument(NpgsqlDbType.Integer, 21));

        Assert.Contains("Index Scan using idx_executions_user_id", plan, StringComparison.Ordinal);
        Assert.DoesNotContain("Sort", plan, StringComparison.Ordinal);
        Assert.DoesNotContain("Seq Scan on workflow_executions", plan, StringComparison.Ordinal);
    }
}
