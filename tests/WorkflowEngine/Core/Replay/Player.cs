using System.Text;
using AiTeams.WorkflowEngine.Core.Definitions;
using AiTeams.WorkflowEngine.Core.Executions;
using AiTeams.WorkflowEngine.Core.Graph;
using AiTeams.WorkflowEngine.Core.Nodes;

namespace AiTeams.WorkflowEngine.Core.Tests.Replay;

/// <summary>
/// Gives Core the inputs of a history one after the other and writes down what it decides. Inputs and decisions are JSON, so that a history
/// outlives the code that recorded it.
/// </summary>
internal sealed class Player
{
    private readonly CompiledWorkflow _workflow;
    private readonly ExecutionStart _start;
    private readonly Dictionary<NodeRun, NodeRecord> _rows = [];

    public Player(JsonData workflow, JsonData start)
    {
        _workflow = CompiledWorkflow.Compile(DocumentParser.Parse(workflow).Document!);
        _start = new ExecutionStart("exec_1", "user_1", start["trigger"].Text!, start["type"].Text!, start["data"], At(start))
        {
            IsTest = start["is_test"].IsTrue,
        };
        State = ExecutionState.Begin(_workflow, _start);
    }

    public ExecutionState State { get; private set; }

    /// <summary>Asked for and not answered.</summary>
    public List<PendingStep> Pending { get; } = [];

    /// <summary>The runs of nodes that have begun.</summary>
    public IEnumerable<NodeRecord> Rows => _rows.Values;

    /// <summary>One input, and what Core made of it: status, steps asked, rows changed.</summary>
    public JsonData Take(JsonData input)
    {
        var run = new NodeRun(input["node"].Text ?? "", Whole(input["iteration"]));
        var now = At(input);
        var reason = input["reason"].Text;
        if (input["do"].Text is "answer" or "take too long" or "fire")
        {
            Pending.RemoveAll(step => step.Run == run && (step.Step as NodeStep.Wait)?.Reason == reason);
        }

        var said = Apply(input, run, reason, now);
        var asked = State.Advance(now);
        var changed = State.DrainChanges();
        foreach (var row in changed)
        {
            _rows[row.Run] = row;
        }

        Pending.AddRange(asked);
        Pending.RemoveAll(step => step.Step is NodeStep.Wait or NodeStep.Ask && !State.IsWaiting(step.Run, (step.Step as NodeStep.Wait)?.Reason ?? ""));
        return JsonData.Object(
            ("said", said), ("status", State.Status.ToWire()), ("failed_in", State.Failure?.NodeId),
            ("asked", JsonData.Array(asked.Select(Asked))), ("rows", JsonData.Array(changed.Select(Row))));
    }

    private JsonData Apply(JsonData input, NodeRun run, string? reason, DateTimeOffset now)
    {
        switch (input["do"].Text)
        {
            case "begin":
                return JsonData.Null;
            case "answer":
                return State.CompleteCall(run, Result(input["result"]), now) is not null;
            case "take too long":
                return State.TimeOutCall(run, now) is not null;
            case "fire":
                State.Fire(run, reason!, now);
                return JsonData.Null;
            case "signal":
                return State.Signal(run, input["data"], now);
            case "time out":
                return State.TimeOut(now);
            case "control":
                return State.Control(new ControlCommand(Enum.Parse<ControlKind>(input["command"].Text!)), now).Outcome.ToString();
            case "die":
                // The process is gone: what is left are the rows, and the timers.
                Pending.RemoveAll(step => step.Step is NodeStep.Call);
                var isHeld = State.IsHeld;
                State = ExecutionState.Restore(_workflow, _start, [.. _rows.Values], now);
                return isHeld && State.Hold();
            default:
                throw new FormatException($"A history says '{input["do"]}'.");
        }
    }

    private static HttpResult Result(JsonData json) => new()
    {
        StatusCode = (int)Whole(json["status"]),
        Headers = [.. json["headers"].Fields.ToArray().Select(header => KeyValuePair.Create(header.Key, header.Value.Text!))],
        Body = Encoding.UTF8.GetBytes(json["body"].Text ?? ""),
        Error = Enum.Parse<HttpErrorKind>(json["error"].Text ?? nameof(HttpErrorKind.None)),
        ErrorMessage = json["error"].Text,
        Url = "http://outside.test/",
    };

    private static JsonData Asked(PendingStep asked)
    {
        var json = JsonData.Object(("node", asked.Run.NodeId), ("iteration", asked.Run.Iteration));
        return asked.Step switch
        {
            NodeStep.Wait wait => json.With("wait", wait.Reason).With("due", wait.DueAt.ToUnixTimeMilliseconds()),
            NodeStep.Ask { What: var question } => json.With("question", question.InteractionType).With("channel", question.ChannelType)
                .With("until", question.TimeoutAt.ToUnixTimeMilliseconds()).With("request", question.RequestData),
            NodeStep.Call { What: HttpCall http } call => json.With("call", "HttpCall").With("key", http.IdempotencyKey).With("request", Request(http))
                .With("timeout", call.Timeout.TotalSeconds),
            NodeStep.Call call => json.With("call", call.What.GetType().Name).With("key", call.What.IdempotencyKey).With("timeout", call.Timeout.TotalSeconds),
            _ => throw new FormatException($"A step of kind {asked.Step.GetType().Name} is asked for."),
        };
    }

    private static JsonData Request(HttpCall call) => JsonData.Object(
        ("method", call.Method), ("url", call.Url.ToString()),
        ("headers", JsonData.Array(call.Headers.Select(header => JsonData.Array(header.Key, header.Value)))),
        ("body", call.Body is { } body ? Encoding.UTF8.GetString(body.Span) : null));

    private static JsonData Row(NodeRecord row) => JsonData.Object(
        ("node", row.NodeId), ("iteration", row.Iteration), ("position", row.Position), ("status", row.Status.ToWire()),
        ("started", Moment(row.StartedAt)), ("ended", Moment(row.EndedAt)), ("input", row.Input), ("output", row.Output), ("error", row.Error),
        ("retries", row.RetryCount));

    private static JsonData Moment(DateTimeOffset? at) => at is { } moment ? moment.ToUnixTimeMilliseconds() : JsonData.Null;

    private static DateTimeOffset At(JsonData json) => DateTimeOffset.FromUnixTimeMilliseconds(Whole(json["at"]));

    private static long Whole(JsonData json) => json.TryGetInteger(out var integer) ? integer : 0;
}
