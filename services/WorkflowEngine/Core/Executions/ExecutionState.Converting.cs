using AiTeams.WorkflowEngine.Core.Graph;
using AiTeams.WorkflowEngine.Core.Nodes;

namespace AiTeams.WorkflowEngine.Core.Executions;

/// <summary>
/// A connection may carry a function that reshapes its payload. It runs outside, once per run of the target and before the target
/// begins; what it gives takes the payload's place, so that the target's recorded input is the converted one.
/// </summary>
public sealed partial class ExecutionState
{
    /// <summary>What the target begins with: the call that converts what has arrived, or null when there is nothing to convert.</summary>
    private NodeStep.Call? Convert(Place place)
    {
        ref var slot = ref place.Slot;
        var arrived = Converted(place).Select(edge => (edge.Conversion!, place.Frame.Arrived[edge.Slot])).ToList();
        if (arrived.Count == 0)
        {
            return null;
        }

        slot.Conversion = ConversionState.Asked;
        return new NodeStep.Call(Conversions.Call(place.Run.IdempotencyKey(Start.ExecutionId), arrived));
    }

    private NodeStep BeginOrConvert(Place place, DateTimeOffset now) =>
        place.Node.ConvertsInput && !IsGiven(place.Frame, place.Node) && place.Slot.Conversion is ConversionState.None or ConversionState.Asked && Convert(place) is { } call
            ? call
            : Guard(place, static node => node.Node.Behaviour.Begin(node), now);

    private NodeStep AfterConversion(Place place, OutsideResult result, DateTimeOffset now)
    {
        var edges = Converted(place).ToList();
        place.Slot.Conversion = ConversionState.None;
        if (result is not CodeResult converted)
        {
            return new NodeStep.Failed(new(Conversions.ErrorCode, "The conversion was not run."));
        }

        if (Conversions.FailureIn(converted, script => _workflow.Node(edges[Math.Min(script, edges.Count - 1)].From).Name) is { } failure)
        {
            return new NodeStep.Failed(failure);
        }

        for (var at = 0; at < edges.Count; at++)
        {
            place.Frame.Arrived[edges[at].Slot] = converted.Results[at];
        }

        place.Slot.Conversion = ConversionState.Done;
        return Guard(place, static node => node.Node.Behaviour.Begin(node), now);
    }

    // Dead edges carry nothing that could be converted.
    private static IEnumerable<CompiledEdge> Converted(Place place) =>
        place.Node.IncomingEdges.Where(edge => edge.Conversion is not null && !place.Frame.Arrived[edge.Slot].IsMissing);
}
