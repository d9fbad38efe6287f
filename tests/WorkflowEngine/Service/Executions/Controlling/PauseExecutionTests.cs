using System.Net;
using AiTeams.WorkflowEngine.Tests.Definitions;
using AiTeams.WorkflowEngine.Timers;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace AiTeams.WorkflowEngine.Tests.Executions.Controlling;

/// <summary>POST /executions/{id}/pause and /resume.</summary>
[Collection(DefinitionApi.Name)]
public sealed class PauseExecutionTests(DefinitionApi api)
{
    [Fact]
    public async Task A_call_that_is_under_way_is_finished_and_recorded_and_nothing_new_begins()
    {
        await using var world = await HeldWorld.StartAsync();
        var user = await api.NewUserAsync();
        var execution = await user.StartedAsync(Runs.Calling(world.Address));
        await world.CallsAsync(1);

        (await user.ControlAsync(execution, "pause")).Expect(HttpStatusCode.Accepted);
        world.Release();
        var paused = await user.BecomesAsync(execution, "PAUSED");

        Assert.Equal("SUCCESS", paused.StatusOf("call"));
        Assert.Equal("no row", paused.StatusOf("after"));
        Assert.Equal(0, world.HungUp);
        Assert.Equal("manual active", await PausesAsync(execution));

        (await user.ControlAsync(execution, "resume")).Expect(HttpStatusCode.OK);
        Assert.Equal("SUCCESS", (await user.BecomesAsync(execution, "SUCCESS")).StatusOf("after"));
        Assert.Equal(1, world.Calls);
        Assert.Equal("manual resumed", await PausesAsync(execution));
    }

    [Fact]
    public async Task A_timer_that_comes_due_while_it_is_paused_waits_for_the_resume()
    {
        var user = await api.NewUserAsync();
        var execution = await user.StartedAsync(Runs.Sleeping());
        await user.BecomesAsync(execution, "PAUSED");
        Assert.Equal("PAUSED", (string)(await user.ControlAsync(execution, "pause")).Expect(HttpStatusCode.OK).Json["status"]!);
        await api.ExecuteAsync("UPDATE execution_timers SET due_at = now() - interval '1 minute' WHERE execution_id = $1", execution);

        await api.Host.Services.GetRequiredService<DueTimers>().RunOnceAsync(default);

        Assert.Equal("WAITING_INPUT", (await user.ReadAsync(execution)).StatusOf("sleep"));
        Assert.Equal("PAUSED", (string)(await user.ReadAsync(execution))["status"]!);
        (await user.ControlAsync(execution, "resume")).Expect(HttpStatusCode.OK);
        await user.BecomesAsync(execution, "SUCCESS");
        Assert.Equal("delay resumed, manual resumed", await PausesAsync(execution));
    }

    [Fact]
    public async Task Pausing_and_resuming_twice_is_the_same_as_once()
    {
        var user = await api.NewUserAsync();
        await using var world = await HeldWorld.StartAsync();
        var execution = await user.StartedAsync(Runs.Calling(world.Address, sleeps: true));
        await world.CallsAsync(1);

        await Task.WhenAll(Enumerable.Range(0, 5).Select(async _ => (await user.ControlAsync(execution, "pause")).Expect(HttpStatusCode.Accepted)));
        Assert.Equal("manual active", await PausesAsync(execution));
        await Task.WhenAll(Enumerable.Range(0, 5).Select(async _ => (await user.ControlAsync(execution, "resume")).Expect(HttpStatusCode.OK)));

        Assert.Equal("manual resumed", await PausesAsync(execution));
        world.Release();
        Assert.Equal("SUCCESS", (await user.BecomesAsync(execution, "PAUSED")).StatusOf("call"));
        Assert.Equal("manual resumed, delay active", await PausesAsync(execution));
        (await user.ControlAsync(execution, "resume")).ExpectProblem(HttpStatusCode.Conflict, "not_paused");
    }

    [Theory]
    [InlineData("pause")]
    [InlineData("resume")]
    public async Task What_has_ended_is_neither_paused_nor_resumed(string verb)
    {
        var user = await api.NewUserAsync();
        var execution = await user.StartedAsync(Documents.Minimal());
        await user.BecomesAsync(execution, "SUCCESS");

        (await user.ControlAsync(execution, verb)).ExpectProblem(HttpStatusCode.Conflict, "execution_ended");
    }

    [Fact]
    public async Task A_paused_run_can_be_canceled()
    {
        var user = await api.NewUserAsync();
        var execution = await user.StartedAsync(Runs.Sleeping());
        await user.BecomesAsync(execution, "PAUSED");
        (await user.ControlAsync(execution, "pause")).Expect(HttpStatusCode.OK);

        Assert.Equal("CANCELED", (string)(await user.ControlAsync(execution, "cancel")).Expect(HttpStatusCode.OK).Json["status"]!);

        Assert.Equal("delay cancelled, manual cancelled", await PausesAsync(execution));
    }

    private Task<string> PausesAsync(string execution) => api.ScalarAsync<string>(
        """
        SELECT coalesce(string_agg(p.pause_reason || ' ' || p.status, ', ' ORDER BY p.paused_at), 'none')
        FROM workflow_execution_pauses p JOIN workflow_executions e ON e.id = p.execution_id WHERE e.execution_id = $1
        """,
        execution);
}
