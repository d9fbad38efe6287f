using System.Net;
using System.Text.Json.Nodes;
using AiTeams.Contracts.WorkflowEngine.V1;
using AiTeams.Testing;
using AiTeams.WorkflowEngine.Tests.Definitions;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Xunit;
using Client = AiTeams.Contracts.WorkflowEngine.V1.WorkflowEngine.WorkflowEngineClient;

namespace AiTeams.WorkflowEngine.Tests.Executions.Controlling;

/// <summary>A node that asks people: what is on disk while it waits, and how it goes on.</summary>
[Collection(DefinitionApi.Name)]
public sealed class AskingPeopleTests(DefinitionApi api) : IDisposable
{
    private static readonly Metadata AsService = new() { { "authorization", "Bearer " + TestIdentity.ServiceToken("human-in-the-loop") } };

    private readonly GrpcChannel _channel = GrpcChannel.ForAddress(api.Host.GrpcAddress);

    public void Dispose() => _channel.Dispose();

    [Fact]
    public async Task Question_pause_and_waiting_are_there_together()
    {
        var (user, execution) = await AskedAsync("""{"title":"Ship it?","priority":"high","tags":["a","b"],"timeout_seconds":600,"channel_config":{"slack":{}}}""");

        var read = await user.ReadAsync(execution);
        Assert.Equal(("WAITING_FOR_HUMAN", "WAITING_INPUT"), ((string)read["status"]!, read.StatusOf("ask")));
        Assert.Equal(("human_interaction", "in_app"), ((string)read["waiting_for"]!["reason"]!, (string)read["waiting_for"]!["channel"]!));
        Assert.Equal("approval in_app pending high Ship it? {a,b} 600", await api.ScalarAsync<string>(
            """
            SELECT concat_ws(' ', interaction_type, channel_type, h.status, priority, request_data ->> 'title', tags,
                round(extract(epoch FROM timeout_at - h.created_at)))
            FROM human_interactions h JOIN workflow_executions e ON e.id = h.execution_id WHERE e.execution_id = $1
            """,
            execution));
        Assert.Equal("human_interaction active human_response true", await api.ScalarAsync<string>(
            """
            SELECT concat_ws(' ', p.pause_reason, p.status, p.resume_conditions ->> 'type', (p.resume_conditions ->> 'interaction_id' = h.id::text)::text)
            FROM workflow_execution_pauses p JOIN workflow_executions e ON e.id = p.execution_id JOIN human_interactions h ON h.execution_id = e.id
            WHERE e.execution_id = $1
            """,
            execution));
        Assert.Equal(0L, await api.ScalarAsync<long>("SELECT count(*) FROM execution_timers WHERE execution_id = $1", execution));
        Assert.Equal(1L, await api.ScalarAsync<long>(
            "SELECT count(*) FROM workflow_execution_logs WHERE execution_id = $1 AND event_type = 'human_interaction' AND data ->> 'status' = 'WAITING_FOR_HUMAN'",
            execution));
    }

    [Fact]
    public async Task Secrets_and_users_who_are_asked_are_kept_beside_the_question()
    {
        var colleague = Guid.CreateVersion7();
        var (_, execution) = await AskedAsync($$"""
            {"approvers":["{{colleague}}"],"channels":["webhook"],"channel_config":{"webhook":{"url":"https://example.org/","secret":"whsec_canary"} } }
            """);

        Assert.Equal($"whsec_canary {colleague}", await api.ScalarAsync<string>(
            """
            SELECT concat_ws(' ', s.secrets -> 'webhook' ->> 'secret', a.user_id)
            FROM human_interactions h JOIN workflow_executions e ON e.id = h.execution_id
                JOIN hil_channel_secrets s ON s.interaction_id = h.id JOIN hil_assignees a ON a.interaction_id = h.id
            WHERE e.execution_id = $1 AND h.request_data::text NOT LIKE '%canary%'
            """,
            execution));
    }

    [Fact]
    public async Task It_goes_on_by_the_answers_port_with_the_answer_as_it_is()
    {
        var (user, execution) = await AskedAsync("{}");

        var answer = await ResumeAsync(user, execution, """{"outcome":"confirmed","answer":{"user_response":"yes","response_data":{"raw":{"n":9007199254740993}}}}""");

        Assert.Equal("SUCCESS", answer.Status);
        var read = await user.ReadAsync(execution);
        Assert.Equal(("SUCCESS", "SKIPPED"), (read.StatusOf("yes"), read.StatusOf("no")));
        Assert.Contains("9007199254740993", read.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal("resumed answer", await PauseAsync(execution));
    }

    [Fact]
    public async Task When_nobody_answered_in_time_the_pause_says_so()
    {
        var (user, execution) = await AskedAsync("{}");

        await ResumeAsync(user, execution, """{"outcome":"timeout","answer":{"status":"timeout"}}""");

        Assert.Equal("timeout answer", await PauseAsync(execution));
    }

    [Fact]
    public async Task Cancelling_the_run_takes_the_question_back_and_what_is_answered_stays_answered()
    {
        var (user, execution) = await AskedAsync("{}");
        var (other, answered) = await AskedAsync("{}");
        await api.ExecuteAsync(
            """
            UPDATE human_interactions SET status = 'responded', responded_at = now(), response_data = '{}'
            WHERE execution_id = (SELECT id FROM workflow_executions WHERE execution_id = $1)
            """,
            answered);

        (await user.ControlAsync(execution, "cancel")).Expect(HttpStatusCode.OK);
        (await other.ControlAsync(answered, "cancel")).Expect(HttpStatusCode.OK);

        Assert.Equal(("cancelled", "responded"), (await InteractionAsync(execution), await InteractionAsync(answered)));
    }

    [Fact]
    public async Task In_a_loop_each_iteration_has_a_question_of_its_own()
    {
        var user = await api.NewUserAsync();
        var execution = await user.StartedAsync(Document("""{"title":"{{$loop.item}}?"}""", inLoop: true));
        await user.BecomesAsync(execution, "WAITING_FOR_HUMAN");

        foreach (var iteration in new[] { 2, 0, 1 })
        {
            await ResumeAsync(user, execution, """{"outcome":"confirmed","answer":{}}""", iteration);
        }

        await user.BecomesAsync(execution, "SUCCESS");
        Assert.Equal("1? 2? 3?", await api.ScalarAsync<string>(
            """
            SELECT string_agg(request_data ->> 'title', ' ' ORDER BY iteration) FROM human_interactions h
            JOIN workflow_executions e ON e.id = h.execution_id WHERE e.execution_id = $1
            """,
            execution));
    }

    private async Task<(TestUser User, string Execution)> AskedAsync(string configuration)
    {
        var user = await api.NewUserAsync();
        var execution = await user.StartedAsync(Document(configuration));
        await user.BecomesAsync(execution, "WAITING_FOR_HUMAN");
        return (user, execution);
    }

    private static JsonObject Document(string configuration, bool inLoop = false)
    {
        var ask = Documents.Node("ask", "HUMAN_IN_THE_LOOP", "IN_APP_APPROVAL", (JsonObject)JsonNode.Parse(configuration)!);
        var document = Runs.Asking();
        var nodes = document["nodes"]!.AsArray();
        var connections = document["connections"]!.AsArray();
        nodes.Clear();
        connections.Clear();
        nodes.Add(Documents.Node("start", "TRIGGER", "MANUAL"));
        nodes.Add(ask);
        if (inLoop)
        {
            nodes.Add(Documents.Node("each", "FLOW", "FOR_EACH", new() { ["items_source"] = "[1,2,3]", ["concurrency"] = 3 }));
            connections.Add(Documents.Connection("c1", "start", "each"));
            connections.Add(Documents.Connection("c2", "each", "ask", "iteration"));
            return document;
        }

        nodes.Add(Documents.Node("yes", "FLOW", "MERGE"));
        nodes.Add(Documents.Node("no", "FLOW", "MERGE"));
        connections.Add(Documents.Connection("c1", "start", "ask"));
        connections.Add(Documents.Connection("c2", "ask", "yes", "approved"));
        connections.Add(Documents.Connection("c3", "ask", "no", "rejected"));
        connections.Add(Documents.Connection("c4", "ask", "no", "timeout"));
        return document;
    }

    private async Task<ControlResponse> ResumeAsync(TestUser user, string execution, string data, long iteration = 0) =>
        await new Client(_channel).ResumeExecutionAsync(
            new()
            {
                UserId = $"{user.Id}",
                ExecutionId = execution,
                NodeId = "ask",
                Iteration = iteration,
                DataJson = ByteString.CopyFromUtf8(data),
                IdempotencyKey = $"answer-{iteration}",
                AnsweredBy = "anna",
            },
            AsService);

    private Task<string> InteractionAsync(string execution) => api.ScalarAsync<string>(
        "SELECT status FROM human_interactions WHERE execution_id = (SELECT id FROM workflow_executions WHERE execution_id = $1)", execution);

    private Task<string> PauseAsync(string execution) => api.ScalarAsync<string>(
        "SELECT concat_ws(' ', status, resume_trigger) FROM workflow_execution_pauses WHERE execution_id = (SELECT id FROM workflow_executions WHERE execution_id = $1)",
        execution);
}
