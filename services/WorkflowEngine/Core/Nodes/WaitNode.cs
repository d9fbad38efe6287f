using AiTeams.WorkflowEngine.Core.Data;
using AiTeams.WorkflowEngine.Core.Executions;
using AiTeams.WorkflowEngine.Core.Expressions;

namespace AiTeams.WorkflowEngine.Core.Nodes;

/// <summary>
/// FLOW.WAIT waits until a condition holds, an answer of an API is as expected, or a signal comes (event, signal, approval, webhook), and
/// goes on by <c>completed</c>; by <c>timeout</c> when time or attempts are used up. When to look is worked out from the start, so a
/// restart changes nothing about it.
/// </summary>
internal sealed class WaitNode : NodeBehaviour
{
    public const string Reason = "wait";

    private static readonly string[] Signalled = ["event", "signal", "approval", "webhook"];
    private static readonly string[] Possible = ["condition", "api_response", .. Signalled];

    public override IEnumerable<(string Parameter, string Message)> Check(JsonData configuration)
    {
        var type = configuration["wait_type"].Text ?? "";
        if (!Possible.Contains(type))
        {
            yield return ("wait_type", $"'{type}' cannot be waited for yet; there are {string.Join(", ", Possible)}. Let it call a webhook.");
        }

        if (type == "condition" && configuration["wait_condition"].IsNull)
        {
            yield return ("wait_condition", "A wait for a condition needs a wait_condition.");
        }

        if (type == "api_response" && configuration["api_config"]["url"].Text is not { Length: > 0 })
        {
            yield return ("api_config", "A wait for an answer needs the address that gives it: api_config.url.");
        }
    }

    public override NodeStep Begin(NodeContext node) => Look(node, WaitSchedule.Of(node));

    public override NodeStep AfterWait(NodeContext node)
    {
        var schedule = WaitSchedule.Of(node);
        return schedule.IsOver(node.Now) ? Done(node, "timeout", JsonData.Null, schedule) : Look(node, schedule);
    }

    public override NodeStep AfterCall(NodeContext node, OutsideResult result)
    {
        var schedule = WaitSchedule.Of(node);
        var expected = node.Configuration["api_config"];
        var answer = (HttpResult)result;
        var body = HttpOutcome.JsonOf(answer);
        if (answer.Error == HttpErrorKind.None && answer.StatusCode == (expected["expected_status"].TryGetInteger(out var status) ? status : 200)
            && Includes(body, expected["expected_response"]))
        {
            return Done(node, "completed", JsonData.Object(("status_code", answer.StatusCode), ("body", body.IsMissing ? JsonData.Null : body)), schedule);
        }

        return expected["retry_on_failure"].IsFalse && (answer.Error != HttpErrorKind.None || answer.StatusCode >= 500)
            ? HttpOutcome.Read(answer, node.Configuration["api_config"], node.Now)
            : Again(node, schedule);
    }

    /// <summary>Null when it waits for no signal, or the signal is not the one it waits for: it goes on waiting.</summary>
    public override NodeStep? AfterSignal(NodeContext node, JsonData data)
    {
        var type = node.Configuration["wait_type"].Text;
        if (!Signalled.Contains(type) || (type == "webhook" && !Includes(data, node.Configuration["webhook_config"]["expected_payload"])))
        {
            return null;
        }

        return Done(node, "completed", data, WaitSchedule.Of(node));
    }

    private static NodeStep Look(NodeContext node, WaitSchedule schedule)
    {
        switch (node.Configuration["wait_type"].Text)
        {
            case "condition":
                return node.Node.Expressions["wait_condition"].IsTrue(node.Scope)
                    ? Done(node, "completed", JsonData.Null, schedule)
                    : Again(node, schedule);
            case "api_response":
                var (call, problem) = HttpCallBuilder.Build(node, node.Configuration["api_config"]);
                return call is not null ? new NodeStep.Call(call) : new NodeStep.Failed(new("invalid_request", problem!));
            default:
                return new NodeStep.Wait(schedule.End, Reason);
        }
    }

    private static NodeStep Again(NodeContext node, WaitSchedule schedule) => schedule.NextLook(node.Now) is { } next
        ? new NodeStep.Wait(next, Reason)
        : Done(node, "timeout", JsonData.Null, schedule);

    private static NodeStep.Completed Done(NodeContext node, string port, JsonData cause, WaitSchedule schedule)
    {
        var payload = new JsonObjectBuilder();
        var configuration = node.Configuration;
        if (!configuration["pass_through_data"].IsFalse)
        {
            payload.Set("data", node.Data.IsMissing ? JsonData.Null : node.Data);
        }

        if (!configuration["include_wait_metadata"].IsFalse)
        {
            payload.Set("wait_result", JsonData.Object(
                ("condition_met", port == "completed"), ("wait_duration_seconds", (node.Now - node.StartedAt).TotalSeconds),
                ("attempts_made", schedule.LooksUntil(node.Now)), ("wait_start_time", JsonData.Of(node.StartedAt)),
                ("wait_end_time", JsonData.Of(node.Now)), ("timeout_occurred", port == "timeout"), ("was_cancelled", false)));
        }

        payload.Set("trigger_data", cause);
        return new NodeStep.Completed(JsonData.Object((port, payload.Build())));
    }

    /// <summary>Whether everything expected is there: fields of objects one by one, anything else as it is.</summary>
    private static bool Includes(JsonData found, JsonData expected)
    {
        if (!expected.IsObject)
        {
            return expected.IsNull || Values.LooselyEqual(found, expected);
        }

        foreach (var (name, value) in expected.Fields)
        {
            if (!Includes(found[name], value))
            {
                return false;
            }
        }

        return true;
    }
}
