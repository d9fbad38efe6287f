using AiTeams.WorkflowEngine.Core.Executions;
using AiTeams.WorkflowEngine.Core.Graph;
using AiTeams.WorkflowEngine.Core.Nodes;

namespace AiTeams.WorkflowEngine.Core.Tests.Executions;

/// <summary>
/// Drives one execution by what is asked of the caller, keeping rows and timers as a runner keeps them on disk, and checks what must hold
/// of every row that is written: it never goes backwards.
/// </summary>
internal sealed class Play
{
    private static readonly ExecutionStart Start = Run.StartOf(JsonData.Parse("""{"n":1}"""));

    public Play(CompiledWorkflow workflow)
    {
        Workflow = workflow;
        State = ExecutionState.Begin(workflow, Start);
        Advance();
    }

    public CompiledWorkflow Workflow { get; }

    public ExecutionState State { get; private set; }

    public DateTimeOffset Now { get; private set; } = Run.Noon;

    /// <summary>Calls not answered and timers that still have something to do.</summary>
    public List<PendingStep> Pending { get; } = [];

    /// <summary>Everything ever asked for.</summary>
    public List<PendingStep> Asked { get; } = [];

    public SortedDictionary<NodeRun, NodeRecord> Rows { get; } = new(Comparer<NodeRun>.Create(static (left, right) =>
        left.NodeId == right.NodeId ? left.Iteration.CompareTo(right.Iteration) : string.CompareOrdinal(left.NodeId, right.NodeId)));

    /// <summary>Lets what was asked for come about; a wait takes its time.</summary>
    public void Happen(PendingStep step, int statusCode)
    {
        Pending.Remove(step);
        if (step.Step is NodeStep.Wait wait)
        {
            Now = wait.DueAt > Now ? wait.DueAt : Now;
            State.Fire(step.Run, wait.Reason, Now);
        }
        else
        {
            State.CompleteCall(step.Run, new HttpResult { StatusCode = statusCode, Body = "{\"n\":1}"u8.ToArray() }, Now);
        }

        Advance();
    }

    /// <summary>The process dies: what is left are the rows and the timers.</summary>
    public void Kill()
    {
        State = ExecutionState.Restore(Workflow, Start, Rows.Values.ToList(), Now);
        Pending.RemoveAll(step => step.Step is NodeStep.Call);
        Advance();
    }

    public void Save()
    {
        foreach (var row in State.DrainChanges())
        {
            if (Rows.TryGetValue(row.Run, out var before))
            {
                Assert.False(before.Status.IsTerminal() && before != row, $"{row.Run} was {before.Status} and is written again as {row.Status}.");
                Assert.True(row.RetryCount >= before.RetryCount, $"{row.Run} forgets an attempt.");
                Assert.Equal(before.StartedAt, row.StartedAt);
            }

            Rows[row.Run] = row;
        }
    }

    private void Advance()
    {
        var asked = State.Advance(Now);
        Asked.AddRange(asked);
        Save();
        Pending.AddRange(asked);
        Pending.RemoveAll(step => step.Step is NodeStep.Wait wait && !State.IsWaiting(step.Run, wait.Reason));
        Assert.True(State.IsFinished || Pending.Count > 0, "The run is open, and nothing is awaited that could carry it on.");
    }
}
