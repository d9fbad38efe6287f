using AiTeams.WorkflowEngine.Core.Executions;
using AiTeams.WorkflowEngine.Core.Graph;
using AiTeams.WorkflowEngine.Core.Nodes;

namespace AiTeams.WorkflowEngine.Core.Tests;

/// <summary>Drives one execution the way a runner does, keeping every row it wrote.</summary>
internal sealed class Run
{
    public static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly Dictionary<NodeRun, NodeRecord> _rows = [];

    private Run(ExecutionState state)
    {
        State = state;
    }

    public ExecutionState State { get; }

    public DateTimeOffset Now { get; private set; } = Noon;

    /// <summary>Asked for and not answered yet.</summary>
    public List<PendingStep> Pending { get; } = [];

    public IReadOnlyCollection<NodeRecord> Rows => _rows.Values;

    public NodeRecord Row(string nodeId) => _rows.TryGetValue(new(nodeId), out var row)
        ? row
        : throw new KeyNotFoundException($"No row of '{nodeId}'; there are {string.Join(", ", _rows.Keys)}.");

    public NodeRecord Row(string nodeId, long iteration) => _rows[new(nodeId, iteration)];

    public IEnumerable<long> Iterations(string nodeId) => _rows.Keys.Where(run => run.NodeId == nodeId).Select(run => run.Iteration).Order();

    public bool HasRow(string nodeId) => _rows.ContainsKey(new(nodeId));

    public NodeStatus Status(string nodeId) => Row(nodeId).Status;

    public JsonData Output(string nodeId, string port = "result") => Row(nodeId).Output[port];

    public static ExecutionStart StartOf(JsonData data, string trigger = "start") =>
        new("exec_1", "user_1", trigger, "MANUAL", data, Noon);

    public static Run Of(Draft draft, string data = "{}", string trigger = "start") => Of(draft.Compile(), data, trigger);

    /// <summary>A run by hand: pinned data counts.</summary>
    public static Run Test(Draft draft, string data = "{}") =>
        new Run(ExecutionState.Begin(draft.Compile(), StartOf(JsonData.Parse(data)) with { IsTest = true })).Advance();

    public static Run Of(CompiledWorkflow workflow, string data = "{}", string trigger = "start") =>
        new Run(ExecutionState.Begin(workflow, StartOf(JsonData.Parse(data), trigger))).Advance();

    public static Run Restored(CompiledWorkflow workflow, IEnumerable<NodeRecord> rows, string data = "{}", DateTimeOffset? now = null)
    {
        var list = rows.ToList();
        var at = now ?? Noon;
        var run = new Run(ExecutionState.Restore(workflow, StartOf(JsonData.Parse(data)), list, at)) { Now = at };
        foreach (var row in list)
        {
            run._rows[row.Run] = row;
        }

        run.Pending.AddRange(run.State.Waits(at));
        return run.Advance();
    }

    public Run Answer(string nodeId, int statusCode, string body = "{}", long iteration = 0) => Answer(new NodeRun(nodeId, iteration), new HttpResult
    {
        StatusCode = statusCode,
        Body = System.Text.Encoding.UTF8.GetBytes(body),
        Headers = [KeyValuePair.Create("Content-Type", "application/json")],
        Url = "http://example.test/",
    });

    public Run Answer(string nodeId, OutsideResult result) => Answer(new NodeRun(nodeId), result);

    public Run Elapse(string nodeId, TimeSpan time, long iteration = 0)
    {
        Now += time;
        var node = new NodeRun(nodeId, iteration);
        Pending.RemoveAll(step => step.Run == node);
        Assert.NotNull(State.CompleteWait(node, Now));
        return Advance();
    }

    public Run Signal(string nodeId, string data)
    {
        Assert.True(State.Signal(new(nodeId), JsonData.Parse(data), Now));
        Pending.RemoveAll(step => step.Run.NodeId == nodeId);
        return Advance();
    }

    public Run Advance()
    {
        Pending.AddRange(State.Advance(Now));
        Save();
        return this;
    }

    public void Save()
    {
        foreach (var row in State.DrainChanges())
        {
            _rows[row.Run] = row;
        }
    }

    public Run Answer(string nodeId, CodeResult result, long iteration = 0) => Answer(new NodeRun(nodeId, iteration), result);

    private Run Answer(NodeRun node, OutsideResult result)
    {
        Pending.RemoveAll(step => step.Run == node);
        Assert.NotNull(State.CompleteCall(node, result, Now));
        return Advance();
    }

    public CodeCall Code(string nodeId) => (CodeCall)((NodeStep.Call)Pending.Single(step => step.Run.NodeId == nodeId).Step).What;

    public QueryCall Query(string nodeId) => (QueryCall)((NodeStep.Call)Pending.Single(step => step.Run.NodeId == nodeId).Step).What;

    public HttpCall Call(string nodeId) => (HttpCall)((NodeStep.Call)Pending.Single(step => step.Run.NodeId == nodeId).Step).What;
}
