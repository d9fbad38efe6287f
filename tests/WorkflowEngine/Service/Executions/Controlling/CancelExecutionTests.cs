using System.Net;
using AiTeams.Testing;
using AiTeams.WorkflowEngine.Tests.Definitions;
using Xunit;

namespace AiTeams.WorkflowEngine.Tests.Executions.Controlling;

/// <summary>POST /executions/{id}/cancel.</summary>
[Collection(DefinitionApi.Name)]
public sealed class CancelExecutionTests(DefinitionApi api)
{
    [Fact]
    public async Task A_run_that_is_calling_the_outside_ends_at_once_and_hangs_up()
    {
        await using var world = await HeldWorld.StartAsync();
        var user = await api.NewUserAsync();
        var execution = await user.StartedAsync(Runs.Calling(world.Address));
        await world.CallsAsync(1);

        var answer = (await user.ControlAsync(execution, "cancel")).Expect(HttpStatusCode.OK).Json;

        Assert.Equal("CANCELED", (string)answer["status"]!);
        Assert.Equal(execution, (string)answer["execution_id"]!);
        var read = await user.ReadAsync(execution);
        Assert.Equal("CANCELED", (string)read["status"]!);
        Assert.NotNull(read["end_time"]);
        Assert.Equal("CANCELED", read.StatusOf("call"));
        Assert.Equal("no row", read.StatusOf("after"));
        await Eventually.AssertAsync(() => world.HungUp == 1, Runs.Patience, "the engine hangs up");
    }

    [Fact]
    public async Task A_run_that_sleeps_and_belongs_to_nobody_ends_and_its_timer_goes()
    {
        var user = await api.NewUserAsync();
        var execution = await user.StartedAsync(Runs.Sleeping());
        await user.BecomesAsync(execution, "PAUSED");

        (await user.ControlAsync(execution, "cancel")).Expect(HttpStatusCode.OK);

        Assert.Equal("CANCELED", (await user.ReadAsync(execution)).StatusOf("sleep"));
        Assert.Equal(0L, await api.ScalarAsync<long>("SELECT count(*) FROM execution_timers WHERE execution_id = $1", execution));
        Assert.Equal(1L, await api.ScalarAsync<long>(
            "SELECT count(*) FROM execution_commands WHERE execution_id = $1 AND kind = 'cancel' AND outcome = 'done' AND requested_by = $2", execution, user.Id.ToString()));
        Assert.Equal(1L, await api.ScalarAsync<long>(
            "SELECT count(*) FROM workflow_execution_logs WHERE execution_id = $1 AND event_type = 'workflow_completed'", execution));
        Assert.Equal(1L, await api.ScalarAsync<long>("SELECT count(*) FROM messaging.outbox WHERE payload::text LIKE '%' || $1 || '%'", execution));
    }

    [Fact]
    public async Task A_run_that_no_engine_has_begun_is_canceled_before_it_does_anything()
    {
        var user = await api.NewUserAsync();
        var execution = await user.StartedAsync(Runs.Sleeping());
        await user.BecomesAsync(execution, "PAUSED");
        await api.ExecuteAsync(
            """
            INSERT INTO workflow_executions (execution_id, workflow_id, user_id, workflow_version)
            SELECT 'new ' || execution_id, workflow_id, user_id, workflow_version FROM workflow_executions WHERE execution_id = $1
            """,
            execution);

        var answer = (await user.ControlAsync($"new {execution}", "cancel")).Expect(HttpStatusCode.OK).Json;

        Assert.Equal("CANCELED", (string)answer["status"]!);
        Assert.Empty((await user.ReadAsync($"new {execution}"))["node_executions"]!.AsArray());
    }

    [Fact]
    public async Task Cancelling_twice_gives_the_same_answer()
    {
        var user = await api.NewUserAsync();
        var execution = await user.StartedAsync(Runs.Sleeping());

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => user.ControlAsync(execution, "cancel")));
        var late = await user.ControlAsync(execution, "cancel");

        Assert.Single(answers.Append(late).Select(answer => answer.Expect(HttpStatusCode.OK).Text).Distinct());
        Assert.Equal(1L, await api.ScalarAsync<long>(
            "SELECT count(*) FROM workflow_execution_logs WHERE execution_id = $1 AND event_type = 'workflow_completed'", execution));
    }

    [Fact]
    public async Task What_has_ended_is_not_canceled_and_the_refusal_says_how_it_ended()
    {
        var user = await api.NewUserAsync();
        var execution = await user.StartedAsync(Documents.Minimal());
        await user.BecomesAsync(execution, "SUCCESS");

        var refusal = (await user.ControlAsync(execution, "cancel")).ExpectProblem(HttpStatusCode.Conflict, "execution_ended");

        Assert.Contains("SUCCESS", (string)refusal.Json["detail"]!, StringComparison.Ordinal);
        Assert.Equal("SUCCESS", (string)(await user.ReadAsync(execution))["status"]!);
    }

    [Theory]
    [InlineData("cancel")]
    [InlineData("pause")]
    [InlineData("resume")]
    public async Task Nobody_controls_the_execution_of_another(string verb)
    {
        var owner = await api.NewUserAsync();
        var execution = await owner.StartedAsync(Runs.Sleeping());
        await owner.BecomesAsync(execution, "PAUSED");

        (await (await api.NewUserAsync()).ControlAsync(execution, verb)).ExpectProblem(HttpStatusCode.NotFound, "not_found");
        (await owner.ControlAsync("no_such", verb)).ExpectProblem(HttpStatusCode.NotFound, "not_found");

        Assert.Equal("PAUSED", (string)(await owner.ReadAsync(execution))["status"]!);
        Assert.Equal(0L, await api.ScalarAsync<long>("SELECT count(*) FROM execution_commands WHERE execution_id = $1", execution));
    }
}
