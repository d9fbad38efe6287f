using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using AiTeams.WorkflowEngine.Core.Data;
using AiTeams.WorkflowEngine.Core.Definitions;
using AiTeams.WorkflowEngine.Core.Expressions;
using AiTeams.WorkflowEngine.Core.Graph;
using AiTeams.WorkflowEngine.Core.Nodes;

namespace AiTeams.WorkflowEngine.Core.Executions;

/// <summary>Running one node: its input, its behaviour, what its outcome means.</summary>
public sealed partial class ExecutionState
{
    // Payloads can wrap one another from node to node; without a limit the writer's stack would be the limit.
    private const int MaxDepth = 256;

    // The same for their length: parts are shared, so a small tree can stand for a text without end.
    private const long MaxWeight = ExpressionLimits.MaxPayloadWeight;

    /// <summary>A disabled node hands on what it got, on the port that carries on, and counts as skipped.</summary>
    private NodeStep.Completed PassThrough(Place place, DateTimeOffset now)
    {
        var payload = place.Frame == _root && place.Node.Index == _entry.Trigger ? Start.TriggerData : Gather(place).Json;
        var outputs = JsonData.Object((place.Node.Spec.RegularPort.Name, payload.IsNull ? JsonData.EmptyObject : payload));
        place.Slot.Input = payload;
        Close(place, NodeStatus.Skipped, outputs, now);
        Settle(place, now);
        return new NodeStep.Completed(outputs);
    }

    /// <summary>
    /// In a test run, what the author has pinned to the node: an object of port to payload when all its fields are ports, otherwise the
    /// payload of the port that carries on. Null when there is none; data sent to the trigger goes before what is pinned to it.
    /// </summary>
    private JsonData? PinnedOutputs(Place place)
    {
        var node = place.Node;
        if (!Start.IsTest || _workflow.Document.PinData[node.Id] is not { IsNull: false } pinned
            || (node.Index == _entry.Trigger && (Start.TriggerData is { Count: > 0 } || Start.Part is { IsAlone: true })))
        {
            return null;
        }

        place.Slot.Input = Gather(place).Json;
        return pinned.Count > 0 && pinned.IsObject && pinned.Fields.ToArray().All(field => node.HasPort(field.Key))
            ? pinned
            : JsonData.Object((node.Spec.RegularPort.Name, pinned));
    }

    /// <summary>
    /// An expression that cannot be evaluated fails its node, and so does a defect in a behaviour: an exception that escaped would
    /// leave the execution open with nobody to end it.
    /// </summary>
    [SuppressMessage("Design", "CA1031", Justification = "Whatever a behaviour does wrong is recorded as its node's failure.")]
    private NodeStep Guard(Place place, Func<NodeContext, NodeStep> behave, DateTimeOffset now)
    {
        var node = place.Node;
        if (node.UnfilledParameter is { } unfilled)
        {
            return new NodeStep.Failed(new("unresolved_placeholder", $"Node '{node.Name}': '{unfilled}' has not been filled in yet."));
        }

        try
        {
            var context = ContextOf(place, now);
            if ((Oversized(context.Inputs) ?? Oversized(context.Json)) is { } oversized)
            {
                return oversized;
            }

            place.Slot.Input = context.Inputs.Count > 0 || context.Json.IsNull || context.Json.IsObject ? context.Inputs : context.Json;
            return behave(context);
        }
        catch (ExpressionException exception)
        {
            var located = exception.In(node.Name, null);
            return new NodeStep.Failed(new("expression_error", located.FullMessage, IsRetryable: false, JsonData.Object(
                ("parameter", located.Parameter), ("position", located.Position))));
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            var where = exception.StackTrace?.Split('\n')[0].Trim();
            return new NodeStep.Failed(new("internal_error", $"{exception.GetType().Name}: {exception.Message}", IsRetryable: false, JsonData.Object(
                ("where", where))));
        }
    }

    private NodeContext ContextOf(Place place, DateTimeOffset now)
    {
        var (frame, node) = place;
        var (json, arrivals) = Gather(place);
        var context = new NodeContext
        {
            Node = node,
            Start = Start,
            Run = place.Run,
            Now = now,
            StartedAt = place.Slot.StartedAt ?? now,
            Vars = _workflow.Document.Variables,
            Trigger = TriggerInfo(),
            Workflow = _workflow,
            NodeOutputs = frame.Outputs(this),
            Arrivals = arrivals,
            Json = json,
            Static = StaticData,
            Loop = frame.Parent is null ? default : JsonData.Object(("item", frame.Element), ("index", frame.Index)),
        };
        ApplyInputParams(node, context);
        return context;
    }

    /// <summary>Defaults below the payload, mappings above it.</summary>
    private static void ApplyInputParams(CompiledNode node, NodeContext context)
    {
        var json = context.Json;
        var arrived = json.IsObject || json.IsNull || node.InputDefaults.Count == 0 && node.InputMappings is null
            ? json
            : JsonData.Object(("data", json));
        context.Inputs = node.InputDefaults.Overlay(arrived);
        if (node.InputMappings is { } mappings)
        {
            var mapped = mappings.Render(context.Scope);
            context.Inputs = context.Inputs.Overlay(mapped);
            context.ForgetScope();
        }

        if (json.IsObject || json.IsNull)
        {
            context.Json = context.Inputs;
        }
    }

    private bool IsGiven(Frame frame, CompiledNode node) => Start.Given is { } given && frame == _root && node.Id == given.NodeId;

    private JsonData TriggerInfo()
    {
        var output = Start.Part is null ? TriggerPlace.Slot.Output : default;
        var data = output.IsMissing ? Start.TriggerData : output[ConnectionDefinition.DefaultOutputKey];
        return JsonData.Object(("type", Start.TriggerType), ("data", data), ("node_id", Start.TriggerNodeId));
    }

    /// <summary>
    /// One payload arrives as it is. Several: a MERGE gets them as a list; elsewhere objects are laid over one another in the
    /// order of the connections, and anything else makes a list.
    /// </summary>
    private (JsonData Json, IReadOnlyList<Arrival> Arrivals) Gather(Place place)
    {
        var (frame, node) = place;
        if (IsGiven(frame, node))
        {
            return (Start.Given!.Data, [new(node, ConnectionDefinition.DefaultOutputKey, Start.Given.Data)]);
        }

        var isRecorded = place.Slot.Conversion == ConversionState.Recorded;
        var arrivals = new List<Arrival>(node.IncomingEdges.Length);
        foreach (var edge in node.IncomingEdges)
        {
            if (frame.Arrived[edge.Slot] is { IsMissing: false } payload)
            {
                arrivals.Add(new(_workflow.Node(edge.From), edge.Port, payload));
            }
        }

        if (isRecorded)
        {
            return (place.Slot.Input, arrivals);
        }

        var asList = node.Definition is { Type: NodeTypes.Flow, Subtype: "MERGE", Disabled: false };
        if (!asList && arrivals.Count <= 1)
        {
            return (arrivals.Count == 0 ? default : arrivals[0].Payload, arrivals);
        }

        if (asList || arrivals.Exists(arrival => !arrival.Payload.IsObject))
        {
            return (JsonData.Array(arrivals.Select(arrival => arrival.Payload)), arrivals);
        }

        var merged = JsonData.EmptyObject;
        foreach (var arrival in arrivals)
        {
            merged = merged.Overlay(arrival.Payload);
        }

        return (merged, arrivals);
    }

    /// <summary>Makes a step true. Outputs saying <c>success: false</c> are a failure whatever the node thinks of them.</summary>
    private NodeStep Apply(Place place, NodeStep step, DateTimeOffset now)
    {
        var spec = place.Node.Spec;
        switch (step)
        {
            case NodeStep.Completed completed when spec.Type != NodeTypes.Trigger && FailureIn(completed.Outputs) is { } failure:
                return Apply(place, new NodeStep.Failed(failure, completed.Outputs), now);
            case NodeStep.Completed completed when Oversized(completed.Outputs) is { } oversized:
                return Apply(place, oversized, now);
            case NodeStep.Completed completed:
                Close(place, NodeStatus.Success, completed.Outputs, now);
                Settle(place, now);
                break;
            case NodeStep.Failed failed when TriesAgainAt(place, failed.Failure, now) is { } again:
                return Postpone(place, failed.Failure, again);
            case NodeStep.Failed failed:
                ApplyFailure(place, Oversized(failed.Outputs) is null ? failed : failed with { Outputs = default }, now);
                break;
            case NodeStep.Wait wait:
                _asked.Add(new(place.Run, wait));
                MoveTo(place, NodeStatus.WaitingInput);
                InFlight--;
                Waiting++;
                break;
            case NodeStep.Ask ask:
                _asked.Add(new(place.Run, ask));
                MoveTo(place, NodeStatus.WaitingInput);
                InFlight--;
                Waiting++;
                Asking++;
                break;
            case NodeStep.Iterate loop:
                OpenLoop(place, loop.Plan, now);
                break;
            case NodeStep.Call call:
                _asked.Add(new(place.Run, call with { Timeout = place.Node.Timeout, Attempt = place.Slot.RetryCount }));
                break;
            default:
                throw new UnreachableException($"A step of kind {step.GetType().Name}.");
        }

        return step;
    }

    private void ApplyFailure(Place place, NodeStep.Failed failed, DateTimeOffset now)
    {
        var node = place.Node;
        var error = failed.Failure.ToJson();
        place.Slot.Error = error;
        switch (node.Definition.OnError)
        {
            case ErrorStrategy.Stop:
                Close(place, NodeStatus.Error, failed.Outputs, now);
                StopFor(place, failed.Failure, now);
                break;
            case ErrorStrategy.ContinueRegularOutput:
                Close(place, NodeStatus.Error, failed.Outputs.IsMissing ? JsonData.Object((node.Spec.RegularPort.Name, error)) : failed.Outputs, now);
                Settle(place, now);
                break;
            case ErrorStrategy.ContinueErrorOutput:
                Close(place, NodeStatus.Error, JsonData.Object((NodeSpec.ErrorPort, error)), now);
                Settle(place, now);
                break;
        }
    }

    /// <summary>Ends the run, or only the iteration when a loop around it carries on in spite of errors.</summary>
    private void StopFor(Place place, NodeFailure failure, DateTimeOffset now)
    {
        if (!GiveUpIteration(place.Frame, now))
        {
            Failure = new(place.Node.Id, place.Node.Name, failure);
            Finish(ExecutionStatus.Error, now);
        }
    }

    private static NodeFailure TimedOut(CompiledNode node) =>
        new("timeout", $"The node took longer than {node.Timeout.TotalSeconds:0.###} s.", IsRetryable: true);

    private static NodeStep.Failed? Oversized(JsonData data) =>
        data.Depth > MaxDepth ? new(new("too_deep", $"The data is nested more than {MaxDepth} levels deep."))
        : data.Weight > MaxWeight ? new(new("too_large", $"The data has more than {MaxWeight} characters."))
        : null;

    private static NodeFailure? FailureIn(JsonData outputs)
    {
        foreach (var (_, payload) in outputs.Fields)
        {
            if (payload["success"].IsFalse)
            {
                return new(
                    payload["error_code"].Text ?? "node_failed", payload["error_message"].Text ?? "The node reported a failure.",
                    payload["is_retryable"].IsTrue, payload["error_details"]);
            }
        }

        return null;
    }
}
