using System.Net;
using System.Text.Json.Nodes;
using AiTeams.WorkflowEngine.Core.Data;
using AiTeams.WorkflowEngine.Core.Executions;
using AiTeams.WorkflowEngine.Executions.Controlling;
using AiTeams.WorkflowEngine.Timers;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace AiTeams.WorkflowEngine.Tests.Executions.Controlling;

/// <summary>Why a run stands still, as workflow_execution_pauses says it, when it is its own nodes that wait.</summary>
[Collection(DefinitionApi.Name)]
public sealed class WaitPauseTests(DefinitionApi api)
{
    [Fact]
    public async Task A_delay_is_a_pause_until_its_time()
    {
        var (user, execution) = await WaitingAsync(Runs.Sleeping());
        Assert.Equal(["sleep delay active delay -"], await PausesAsync(execution));
        Assert.Equal(1L, await api.ScalarAsync<long>(
            """
            SELECT count(*) FROM workflow_execution_pauses p JOIN workflow_executions e ON e.id = p.execution_id JOIN execution_timers t ON t.execution_id = e.execution_id
            WHERE e.execution_id = $1 AND (p.resume_conditions->>'until')::timestamptz = date_trunc('milliseconds', t.due_at) AND p.user_id = $2
            """,
            execution, user.Id));

        await ComesDueAsync(execution, "sleep");

        await user.BecomesAsync(execution, "SUCCESS");
        Assert.Equal(["sleep delay resumed delay timer"], await PausesAsync(execution));
    }

    [Fact]
    public async Task A_wait_whose_time_is_up_says_so()
    {
        var (user, execution) = await WaitingAsync(Runs.Asking());
        Assert.Equal(["ask wait active wait -"], await PausesAsync(execution));

        await ComesDueAsync(execution, "ask");

        await user.BecomesAsync(execution, "SUCCESS");
        Assert.Equal(["ask wait timeout wait timer"], await PausesAsync(execution));
    }

    [Fact]
    public async Task An_answer_ends_it_and_so_does_a_cancel()
    {
        var (user, answered) = await WaitingAsync(Runs.Asking());
        var (other, canceled) = await WaitingAsync(Runs.Asking());

        await api.Host.Services.GetRequiredService<ControlExecution>().HandleAsync(
            ServiceDefaults.Identity.Caller.For(user.Id), new(answered), new(new ControlCommand(ControlKind.Answer, new NodeRun("ask"), null, JsonData.EmptyObject), "test"), default);
        (await other.ControlAsync(canceled, "cancel")).Expect(HttpStatusCode.OK);

        Assert.Equal(["ask wait resumed wait answer"], await PausesAsync(answered));
        Assert.Equal(["ask wait cancelled wait execution_ended"], await PausesAsync(canceled));
    }

    [Fact]
    public async Task A_failure_that_is_tried_again_later_is_a_pause_because_of_an_error()
    {
        var document = Runs.Calling("http://127.0.0.1:8/");
        var call = document["nodes"]!.AsArray().Single(node => (string)node!["id"]! == "call")!;
        call["configurations"]!["method"] = "GET";
        call["configurations"]!["retry_attempts"] = 1;
        call["configurations"]!["retry_backoff_seconds"] = 3600;
        var (user, execution) = await WaitingAsync(document);
        Assert.Equal(["call error active retry -"], await PausesAsync(execution));

        await ComesDueAsync(execution, "call");

        await user.BecomesAsync(execution, "ERROR");
        Assert.Equal(["call error resumed retry timer"], await PausesAsync(execution));
    }

    [Fact]
    public async Task Woken_for_nothing_it_has_the_same_pause_as_before()
    {
        var (user, execution) = await WaitingAsync(Runs.Asking());
        var before = await IdsAsync(execution);

        await api.ExecuteAsync("UPDATE execution_timers SET due_at = now() - interval '1 minute' WHERE execution_id = $1", execution);
        await api.Host.Services.GetRequiredService<DueTimers>().RunOnceAsync(default);
        await Testing.Eventually.AssertAsync(
            async () => await api.ScalarAsync<long>("SELECT count(*) FROM execution_timers WHERE execution_id = $1 AND due_at > now()", execution) == 1,
            Runs.Patience, "it waits on");
        await user.BecomesAsync(execution, "PAUSED");

        Assert.Equal(before, await IdsAsync(execution));
    }

    private async Task<(TestUser User, string Execution)> WaitingAsync(JsonObject document)
    {
        var user = await api.NewUserAsync();
        var execution = await user.StartedAsync(document);
        await user.BecomesAsync(execution, "PAUSED");
        return (user, execution);
    }

    // As if it had begun two hours ago.
    private async Task ComesDueAsync(string execution, string node)
    {
        await api.ExecuteAsync("UPDATE node_executions SET start_time = start_time - 7200000 WHERE execution_id = $1 AND node_id = $2", execution, node);
        await api.ExecuteAsync("UPDATE execution_timers SET due_at = now() - interval '1 minute' WHERE execution_id = $1", execution);
        await api.Host.Services.GetRequiredService<DueTimers>().RunOnceAsync(default);
    }

    private async Task<string[]> PausesAsync(string execution) => [.. (await RowsAsync(execution)).Select(row => (string)row!["text"]!)];

    private async Task<string[]> IdsAsync(string execution) => [.. (await RowsAsync(execution)).Select(row => (string)row!["id"]!)];

    private Task<JsonArray> RowsAsync(string execution) => api.RowsAsync(
        """
        SELECT p.id, concat_ws(' ', p.paused_node_id, p.pause_reason, p.status, p.resume_conditions->>'resume', coalesce(p.resume_trigger, '-')) AS text
        FROM workflow_execution_pauses p JOIN workflow_executions e ON e.id = p.execution_id WHERE e.execution_id = $1 ORDER BY p.paused_at
        """,
        execution);
}
