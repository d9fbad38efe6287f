using System.Net;
using System.Text.Json.Nodes;
using AiTeams.Contracts.WorkflowEngine.V1;
using AiTeams.Testing;
using AiTeams.WorkflowEngine.Timers;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.Extensions.DependencyInjection;
using Xunit;
using Client = AiTeams.Contracts.WorkflowEngine.V1.WorkflowEngine.WorkflowEngineClient;

namespace AiTeams.WorkflowEngine.Tests.Executions.Controlling;

/// <summary>ResumeExecution, and control by other services, over gRPC.</summary>
[Collection(DefinitionApi.Name)]
public sealed class ResumeExecutionTests(DefinitionApi api) : IDisposable
{
    private static readonly Metadata AsService = new() { { "authorization", "Bearer " + TestIdentity.ServiceToken("human-in-the-loop") } };

    private readonly GrpcChannel _channel = GrpcChannel.ForAddress(api.Host.GrpcAddress);

    private Client Engine => new(_channel);

    public void Dispose() => _channel.Dispose();

    [Fact]
    public async Task The_node_goes_on_with_what_it_waited_for()
    {
        var (user, execution) = await WaitingAsync();

        var answer = await ResumeAsync(user, execution, Data("yes"));

        Assert.True(answer.Decided);
        Assert.Equal(execution, answer.ExecutionId);
        Assert.Equal("SUCCESS", answer.Status);
        var read = await user.ReadAsync(execution);
        Assert.Equal("yes", (string)Row(read, "ask")["output_data"]!["completed"]!["trigger_data"]!["said"]!);
        Assert.Equal(("SUCCESS", "SKIPPED"), (read.StatusOf("after"), read.StatusOf("late")));
        Assert.Equal(0L, await api.ScalarAsync<long>("SELECT count(*) FROM execution_timers WHERE execution_id = $1", execution));
        Assert.Equal("answer done human-in-the-loop/anna", await CommandsAsync(execution));
    }

    [Fact]
    public async Task With_a_port_the_data_goes_on_as_it_is()
    {
        var (user, execution) = await WaitingAsync();

        await ResumeAsync(user, execution, Data("too late"), port: "timeout");

        var read = await user.ReadAsync(execution);
        Assert.Equal("""{"timeout":{"said":"too late"}}""", Row(read, "ask")["output_data"]!.ToJsonString());
        Assert.Equal(("SKIPPED", "SUCCESS"), (read.StatusOf("after"), read.StatusOf("late")));
    }

    [Fact]
    public async Task The_same_answer_has_one_effect_and_one_reply_with_the_same_key_and_with_another()
    {
        var (user, execution) = await WaitingAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(number => ResumeAsync(user, execution, Data("yes"), key: $"k{number % 3}")));

        Assert.Single(answers.Append(await ResumeAsync(user, execution, Data("yes"), key: "k0")).Distinct());
        Assert.Equal(1L, await api.ScalarAsync<long>("SELECT count(*) FROM execution_commands WHERE execution_id = $1 AND outcome = 'done'", execution));
        Assert.Equal(1L, await api.ScalarAsync<long>(
            "SELECT count(*) FROM workflow_execution_logs WHERE execution_id = $1 AND event_type = 'workflow_completed'", execution));
    }

    [Theory]
    [InlineData("yes", "no", "another key")]
    [InlineData("yes", "no", "key")]
    public async Task A_different_answer_is_refused_and_told_which_one_has_won(string first, string second, string key)
    {
        var (user, execution) = await WaitingAsync();
        await ResumeAsync(user, execution, Data(first));

        var refused = await RefusedAsync(StatusCode.FailedPrecondition, "already_answered", () => ResumeAsync(user, execution, Data(second), key: key));

        Assert.Contains("human-in-the-loop/anna", refused.Status.Detail, StringComparison.Ordinal);
        Assert.Equal(first, (string)Row(await user.ReadAsync(execution), "ask")["output_data"]!["completed"]!["trigger_data"]!["said"]!);
    }

    [Theory]
    [InlineData("nobody", "", 0, "unknown_node")]
    [InlineData("after", "", 0, "not_waiting")]
    [InlineData("start", "", 0, "not_waiting")]
    [InlineData("ask", "", 1, "not_waiting")]
    [InlineData("ask", "", -1, "not_waiting")]
    [InlineData("ask", "sideways", 0, "unknown_port")]
    public async Task An_answer_that_nobody_waits_for_changes_nothing(string node, string port, long iteration, string code)
    {
        var (user, execution) = await WaitingAsync();

        for (var time = 0; time < 2; time++)
        {
            await RefusedAsync(StatusCode.FailedPrecondition, code, () => ResumeAsync(user, execution, Data("yes"), node, port, iteration: iteration));
        }

        Assert.Equal("WAITING_INPUT", (await user.ReadAsync(execution)).StatusOf("ask"));
        Assert.Equal("SUCCESS", (await ResumeAsync(user, execution, Data("yes"), key: "right")).Status);
    }

    [Fact]
    public async Task A_signal_that_is_not_the_expected_one_leaves_the_node_waiting()
    {
        var (user, execution) = await WaitingAsync(Runs.Asking(
            "webhook", new() { ["webhook_config"] = new JsonObject { ["expected_payload"] = new JsonObject { ["said"] = "yes" } } }));

        await RefusedAsync(StatusCode.FailedPrecondition, "not_expected", () => ResumeAsync(user, execution, Data("no"), key: "first"));
        Assert.Equal("WAITING_INPUT", (await user.ReadAsync(execution)).StatusOf("ask"));

        Assert.Equal("SUCCESS", (await ResumeAsync(user, execution, Data("yes"), key: "second")).Status);
    }

    [Fact]
    public async Task After_a_cancel_and_after_the_time_is_up_it_is_told_so()
    {
        var (user, canceled) = await WaitingAsync();
        (await user.ControlAsync(canceled, "cancel")).Expect(HttpStatusCode.OK);
        var (late, timedOut) = await WaitingAsync();
        await TimeOutAsync(timedOut);
        await late.BecomesAsync(timedOut, "SUCCESS");

        var afterCancel = await RefusedAsync(StatusCode.FailedPrecondition, "execution_ended", () => ResumeAsync(user, canceled, Data("yes")));
        await RefusedAsync(StatusCode.FailedPrecondition, "execution_ended", () => ResumeAsync(late, timedOut, Data("yes")));

        Assert.Contains("CANCELED", afterCancel.Status.Detail, StringComparison.Ordinal);
        Assert.Equal("SUCCESS", (await late.ReadAsync(timedOut)).StatusOf("late"));
    }

    [Fact]
    public async Task A_node_whose_time_is_up_in_a_run_that_goes_on_says_by_which_port_it_went()
    {
        var document = Runs.Asking();
        document["nodes"]!.AsArray().Add(Definitions.Documents.Node("sleep", "FLOW", "DELAY", new() { ["duration_seconds"] = 3600 }));
        document["connections"]!.AsArray().Add(Definitions.Documents.Connection("c9", "late", "sleep"));
        var (user, execution) = await WaitingAsync(document);
        await TimeOutAsync(execution);
        await Eventually.AssertAsync(async () => (await user.ReadAsync(execution)).StatusOf("sleep") == "WAITING_INPUT", Runs.Patience, "the time is up");

        var refused = await RefusedAsync(StatusCode.FailedPrecondition, "not_waiting", () => ResumeAsync(user, execution, Data("yes")));

        Assert.Contains("SUCCESS, by timeout", refused.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task While_it_is_paused_an_answer_is_taken_and_what_follows_waits_for_the_resume()
    {
        var (user, execution) = await WaitingAsync();
        await Engine.PauseExecutionAsync(new() { UserId = $"{user.Id}", ExecutionId = execution }, AsService);

        Assert.Equal("PAUSED", (await ResumeAsync(user, execution, Data("yes"))).Status);
        var paused = await user.ReadAsync(execution);
        Assert.Equal(("SUCCESS", "no row", "manual"), (paused.StatusOf("ask"), paused.StatusOf("after"), (string)paused["waiting_for"]!["reason"]!));

        await Engine.UnpauseExecutionAsync(new() { UserId = $"{user.Id}", ExecutionId = execution }, AsService);
        Assert.Equal("SUCCESS", (await user.BecomesAsync(execution, "SUCCESS")).StatusOf("after"));
    }

    [Fact]
    public async Task Services_cancel_and_pause_for_a_user_and_the_same_key_keeps_its_answer()
    {
        var (user, execution) = await WaitingAsync();
        var request = new ControlRequest { UserId = $"{user.Id}", ExecutionId = execution, IdempotencyKey = "k" };

        Assert.Equal("PAUSED", (await Engine.PauseExecutionAsync(request, AsService)).Status);
        Assert.Equal("PAUSED", (await Engine.PauseExecutionAsync(request, AsService)).Status);
        await RefusedAsync(StatusCode.FailedPrecondition, "idempotency_key_reused", () => Engine.CancelExecutionAsync(request, AsService).ResponseAsync);
        request.IdempotencyKey = "";
        Assert.Equal("CANCELED", (await Engine.CancelExecutionAsync(request, AsService)).Status);
        Assert.Equal("CANCELED", (await Engine.CancelExecutionAsync(request, AsService)).Status);
        await RefusedAsync(StatusCode.FailedPrecondition, "execution_ended", () => Engine.UnpauseExecutionAsync(request, AsService).ResponseAsync);
        request.IdempotencyKey = "k";
        Assert.Equal("PAUSED", (await Engine.PauseExecutionAsync(request, AsService)).Status);
    }

    [Fact]
    public async Task Only_services_may_and_only_for_the_user_whose_execution_it_is()
    {
        var (user, execution) = await WaitingAsync();
        var stranger = await api.NewUserAsync();
        var asUser = new Metadata { { "authorization", "Bearer " + TestIdentity.Token(user.Id) } };
        var request = new ControlRequest { UserId = $"{stranger.Id}", ExecutionId = execution };

        await RefusedAsync(StatusCode.NotFound, "not_found", () => ResumeAsync(stranger, execution, Data("yes")));
        await RefusedAsync(StatusCode.NotFound, "not_found", () => ResumeAsync(user, "no_such", Data("yes")));
        await RefusedAsync(StatusCode.NotFound, "not_found", () => Engine.CancelExecutionAsync(request, AsService).ResponseAsync);
        await RefusedAsync(StatusCode.NotFound, "not_found", () => Engine.PauseExecutionAsync(request, AsService).ResponseAsync);
        await RefusedAsync(StatusCode.NotFound, "not_found", () => Engine.UnpauseExecutionAsync(request, AsService).ResponseAsync);
        foreach (var headers in new[] { asUser, [] })
        {
            var refused = await Assert.ThrowsAsync<RpcException>(() => ResumeAsync(user, execution, Data("yes"), headers: headers));
            Assert.Equal(StatusCode.Unauthenticated, refused.StatusCode);
            await Assert.ThrowsAsync<RpcException>(() => Engine.CancelExecutionAsync(request, headers).ResponseAsync);
        }

        Assert.Equal("WAITING_INPUT", (await user.ReadAsync(execution)).StatusOf("ask"));
        Assert.Equal(0L, await api.ScalarAsync<long>("SELECT count(*) FROM execution_commands WHERE execution_id = $1", execution));
    }

    [Theory]
    [InlineData("", "key", "required")]
    [InlineData("ask", "", "required")]
    [InlineData("ask", "long", "too_long")]
    [InlineData("ask", "a\0b", "invalid_text")]
    public async Task A_request_that_makes_no_sense_is_refused_before_it_is_stored(string node, string key, string code)
    {
        var (user, execution) = await WaitingAsync();

        var refused = await Assert.ThrowsAsync<RpcException>(() => ResumeAsync(user, execution, Data("yes"), node, key: key == "long" ? new('k', 256) : key));

        Assert.Equal(StatusCode.InvalidArgument, refused.StatusCode);
        Assert.Contains(code, System.Text.Encoding.UTF8.GetString(refused.Trailers.Single(trailer => trailer.IsBinary).ValueBytes), StringComparison.Ordinal);
        Assert.Equal(0L, await api.ScalarAsync<long>("SELECT count(*) FROM execution_commands WHERE execution_id = $1", execution));
    }

    private async Task<(TestUser User, string Execution)> WaitingAsync(JsonObject? document = null)
    {
        var user = await api.NewUserAsync();
        var execution = await user.StartedAsync(document ?? Runs.Asking());
        await user.BecomesAsync(execution, "PAUSED");
        return (user, execution);
    }

    private async Task<ControlResponse> ResumeAsync(
        TestUser user, string execution, Struct data, string node = "ask", string port = "", string key = "key", long iteration = 0, Metadata? headers = null) =>
        await Engine.ResumeExecutionAsync(
            new()
            {
                UserId = $"{user.Id}",
                ExecutionId = execution,
                NodeId = node,
                Iteration = iteration,
                Port = port,
                Data = data,
                IdempotencyKey = key,
                AnsweredBy = "anna",
            },
            headers ?? AsService);

    private static async Task<RpcException> RefusedAsync(StatusCode status, string code, Func<Task> call)
    {
        var refused = await Assert.ThrowsAsync<RpcException>(call);
        Assert.Equal(status, refused.StatusCode);
        Assert.Contains(refused.Trailers, trailer => !trailer.IsBinary && trailer.Value == code);
        return refused;
    }

    // As if it had begun two hours ago.
    private async Task TimeOutAsync(string execution)
    {
        await api.ExecuteAsync("UPDATE node_executions SET start_time = start_time - 7200000 WHERE execution_id = $1 AND node_id = 'ask'", execution);
        await api.ExecuteAsync("UPDATE execution_timers SET due_at = now() - interval '1 minute' WHERE execution_id = $1", execution);
        await api.Host.Services.GetRequiredService<DueTimers>().RunOnceAsync(default);
    }

    private Task<string> CommandsAsync(string execution) => api.ScalarAsync<string>(
        "SELECT string_agg(kind || ' ' || outcome || ' ' || requested_by, ', ' ORDER BY id) FROM execution_commands WHERE execution_id = $1", execution);

    private static JsonNode Row(JsonObject execution, string node) =>
        execution["node_executions"]!.AsArray().Single(row => (string)row!["node_id"]! == node)!;

    private static Struct Data(string said) => new() { Fields = { ["said"] = Value.ForString(said) } };
}
