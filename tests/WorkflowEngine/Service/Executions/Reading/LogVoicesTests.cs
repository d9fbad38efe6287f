using System.Net;
using AiTeams.WorkflowEngine.Tests.Definitions;
using Xunit;

namespace AiTeams.WorkflowEngine.Tests.Executions.Reading;

/// <summary>The same run told to its owner and to whoever repairs it; and whom it waits for.</summary>
[Collection(DefinitionApi.Name)]
public sealed class LogVoicesTests(DefinitionApi api)
{
    [Theory]
    [InlineData("business", "1 4 5")]
    [InlineData("business?min_priority=7", "1 4")]
    [InlineData("business?min_priority=1&milestones_only=true", "1 4")]
    [InlineData("technical", "1 2 3 4 5")]
    [InlineData("technical?level=WARNING,ERROR", "3 4")]
    [InlineData("technical?node_id=wait", "5")]
    [InlineData("milestones", "1 4")]
    public async Task Each_voice_has_its_lines(string view, string expected)
    {
        var (user, execution) = await ExecutionAsync();

        var logs = (await user.GetAsync($"{TestUser.Executions}/{execution}/logs/{view}")).Expect(HttpStatusCode.OK).Json["logs"]!.AsArray();

        Assert.Equal(expected, string.Join(' ', logs.Select(entry => (long)entry!["sequence"]!)));
    }

    [Fact]
    public async Task The_owner_hears_friendly_words_and_no_stack_trace_comes_unasked()
    {
        var (user, execution) = await ExecutionAsync();
        await api.ExecuteAsync("UPDATE workflow_execution_logs SET stack_trace = 'at Somewhere' WHERE execution_id = $1 AND sequence = 4", execution);

        var business = (await user.GetAsync($"{TestUser.Executions}/{execution}/logs/business")).Json["logs"]!.AsArray();
        var technical = (await user.GetAsync($"{TestUser.Executions}/{execution}/logs/technical?level=ERROR")).Json["logs"]!.AsArray();
        var asked = (await user.GetAsync($"{TestUser.Executions}/{execution}/logs/technical?level=ERROR&include_stack_trace=true")).Json["logs"]!.AsArray();

        Assert.Equal("The call failed", (string)business[1]!["message"]!);
        Assert.Null(business[1]!["stack_trace"]);
        Assert.Equal(("call failed", null), ((string)technical[0]!["message"]!, (string?)technical[0]!["stack_trace"]));
        Assert.Equal("at Somewhere", (string)asked[0]!["stack_trace"]!);
    }

    [Fact]
    public async Task A_voice_is_read_page_by_page()
    {
        var (user, execution) = await ExecutionAsync();
        var seen = new List<long>();
        string? cursor = null;
        do
        {
            var page = (await user.GetAsync($"{TestUser.Executions}/{execution}/logs/business?limit=1&cursor={cursor}")).Expect(HttpStatusCode.OK).Json;
            seen.AddRange(page["logs"]!.AsArray().Select(entry => (long)entry!["sequence"]!));
            cursor = (string?)page["next_cursor"];
        }
        while (cursor is not null);

        Assert.Equal([1L, 4, 5], seen);
    }

    [Theory]
    [InlineData("business?limit=201", "limit")]
    [InlineData("technical?limit=501", "limit")]
    [InlineData("technical?level=LOUD", "level")]
    [InlineData("business?min_priority=11", "min_priority")]
    [InlineData("milestones?cursor=x", "cursor")]
    public async Task What_cannot_be_meant_is_named(string view, string name)
    {
        var (user, execution) = await ExecutionAsync();

        Assert.Equal(
            [$"invalid_query_parameter /query/{name}"],
            (await user.GetAsync($"{TestUser.Executions}/{execution}/logs/{view}")).ExpectProblem(HttpStatusCode.UnprocessableEntity, "validation_failed").Problems);
    }

    [Fact]
    public async Task The_summary_counts_and_says_how_far_the_run_is()
    {
        var (user, execution) = await ExecutionAsync();
        await api.ExecuteAsync("UPDATE workflow_execution_logs SET step_number = 2, total_steps = 3 WHERE execution_id = $1 AND sequence = 4", execution);

        var summary = (await user.GetAsync($"{TestUser.Executions}/{execution}/logs/summary")).Expect(HttpStatusCode.OK).Json;

        Assert.Equal(("PAUSED", 5, 2), ((string)summary["status"]!, (int)summary["total_count"]!, (int)summary["milestones"]!));
        Assert.Equal("""{"DEBUG":1,"ERROR":1,"INFO":2,"WARNING":1}""", summary["by_level"]!.ToJsonString());
        Assert.Equal("""{"BUSINESS":3,"TECHNICAL":2}""", summary["by_category"]!.ToJsonString());
        Assert.Equal(2, (int)summary["by_event_type"]!["step_error"]!);
        Assert.Equal("""{"step_number":2,"total_steps":3,"progress_percentage":66.67}""", summary["progress"]!.ToJsonString());
    }

    [Fact]
    public async Task A_run_that_asks_a_person_says_whom_where_and_until_when()
    {
        var (user, execution) = await ExecutionAsync();
        await api.ExecuteAsync(
            """
            INSERT INTO human_interactions (workflow_id, user_id, execution_id, node_id, interaction_type, channel_type, request_data, timeout_at)
            SELECT workflow_id, user_id, id, 'wait', 'approval', 'slack', '{}', '2031-01-01T00:00:00Z' FROM workflow_executions WHERE execution_id = $1
            """,
            execution);

        var waiting = (await user.GetAsync($"{TestUser.Executions}/{execution}")).Expect(HttpStatusCode.OK).Json["waiting_for"]!;

        Assert.Equal(("human_interaction", user.Id.ToString(), "slack"), ((string)waiting["reason"]!, (string)waiting["who"]!, (string)waiting["channel"]!));
        Assert.Equal(DateTimeOffset.Parse("2031-01-01T00:00:00Z", null), DateTimeOffset.Parse((string)waiting["until"]!, null));
    }

    [Fact]
    public async Task A_run_somebody_paused_waits_for_somebody_to_resume_it_and_for_no_time()
    {
        var (user, execution) = await ExecutionAsync();
        await api.ExecuteAsync(
            """
            INSERT INTO workflow_execution_pauses (execution_id, user_id, paused_at, paused_node_id, pause_reason, resume_conditions)
            SELECT id, user_id, now(), 'call', 'manual', '{}' FROM workflow_executions WHERE execution_id = $1
            """,
            execution);

        var waiting = (await user.GetAsync($"{TestUser.Executions}/{execution}")).Expect(HttpStatusCode.OK).Json["waiting_for"]!;

        Assert.Equal(("manual", user.Id.ToString(), null), ((string)waiting["reason"]!, (string)waiting["who"]!, (string?)waiting["until"]));
    }

    private async Task<(TestUser User, string Execution)> ExecutionAsync()
    {
        var user = await api.NewUserAsync();
        return (user, await api.NewExecutionAsync(user, await user.CreatedAsync(Documents.Minimal())));
    }
}
