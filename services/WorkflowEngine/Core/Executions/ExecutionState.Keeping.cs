using AiTeams.WorkflowEngine.Core.Data;
using AiTeams.WorkflowEngine.Core.Nodes;

namespace AiTeams.WorkflowEngine.Core.Executions;

/// <summary>What a workflow keeps between its runs. A run sees what there was when it began, and what its own nodes have kept since.</summary>
public sealed partial class ExecutionState
{
    private JsonData _kept = JsonData.EmptyObject;
    private List<JsonData>? _unsaved;

    private JsonData StaticData => Start.StaticData.Overlay(_kept);

    /// <summary>What nodes have kept since the last call, one after the other: the value of each name goes over the one before, null removes it.</summary>
    public IReadOnlyList<JsonData> DrainKept()
    {
        if (_unsaved is not { } kept)
        {
            return [];
        }

        _unsaved = null;
        return kept;
    }

    private void KeepStatic(Place place)
    {
        if (RememberStatic(place) is { Count: > 0 } values)
        {
            (_unsaved ??= []).Add(values);
        }
    }

    /// <summary>Gives what the node keeps; Missing when it is none that does.</summary>
    private JsonData RememberStatic(Place place)
    {
        if (place.Node.Behaviour is not StaticDataNode || place.Slot.Status != NodeStatus.Success)
        {
            return default;
        }

        var values = StaticDataNode.ValuesOf(place.Slot.Output);
        _kept = _kept.Overlay(values);
        return values;
    }
}
