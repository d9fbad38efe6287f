using AiTeams.WorkflowEngine.Core.Data;
using AiTeams.WorkflowEngine.Core.Graph;
using AiTeams.WorkflowEngine.Core.Nodes;

namespace AiTeams.WorkflowEngine.Core.Executions;

/// <summary>How far a loop has come in one frame, and what its iterations gave.</summary>
internal sealed class LoopProgress(CompiledNode node, LoopPlan plan)
{
    private readonly List<JsonData> _results = [];
    private readonly Dictionary<int, List<JsonData>> _exits = [];

    public CompiledNode Node { get; } = node;

    public LoopPlan Plan { get; } = plan;

    /// <summary>Iterations begun.</summary>
    public int Begun { get; set; }

    /// <summary>Iterations under way.</summary>
    public int Open { get; set; }

    public int Succeeded { get; private set; }

    public int Failed { get; private set; }

    /// <summary>No further iteration begins.</summary>
    public bool IsExhausted { get; set; }

    /// <summary>The iteration that ended last: what nodes behind the loop see of the nodes in it.</summary>
    public Frame? Last { get; private set; }

    /// <summary>What the iteration that ended last came to; Missing before.</summary>
    public JsonData LastResult { get; private set; }

    /// <summary>What each iteration came to, in their order; null for one that gave nothing.</summary>
    public JsonData Results => JsonData.Adopt([.. _results.Select(result => result.IsMissing ? JsonData.Null : result)]);

    /// <summary>An iteration without a body has begun and worked.</summary>
    public void RecordEmpty()
    {
        Place(_results, Begun++, default);
        Succeeded++;
    }

    public void Record(Frame frame, JsonData result, bool failed)
    {
        Place(_results, frame.Index, result);
        (Succeeded, Failed) = failed ? (Succeeded, Failed + 1) : (Succeeded + 1, Failed);
        Open--;
        if (Last is null || frame.Index >= Last.Index)
        {
            (Last, LastResult) = (frame, result);
        }

        foreach (var edge in frame.Scope.Exits)
        {
            if (frame.Carried(edge) is { IsMissing: false } payload)
            {
                if (!_exits.TryGetValue(edge.Index, out var payloads))
                {
                    _exits.Add(edge.Index, payloads = []);
                }

                Place(payloads, frame.Index, payload);
            }
        }
    }

    /// <summary>What leaves the loop on an edge: the payloads of the iterations that gave one, in their order; Missing when none did.</summary>
    public JsonData Exit(CompiledEdge edge) => _exits.TryGetValue(edge.Index, out var payloads)
        ? JsonData.Adopt([.. payloads.Where(payload => !payload.IsMissing)])
        : default;

    private static void Place(List<JsonData> list, int index, JsonData value)
    {
        while (list.Count <= index)
        {
            list.Add(default);
        }

        list[index] = value;
    }
}
