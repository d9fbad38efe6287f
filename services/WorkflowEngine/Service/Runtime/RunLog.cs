using System.Globalization;
using AiTeams.WorkflowEngine.Core.Data;
using AiTeams.WorkflowEngine.Core.Definitions;
using AiTeams.WorkflowEngine.Core.Executions;
using AiTeams.WorkflowEngine.Core.Logs;
using AiTeams.WorkflowEngine.Core.Nodes;
using AiTeams.WorkflowEngine.Writing;
using LogLevel = AiTeams.WorkflowEngine.Core.Definitions.LogLevel;

namespace AiTeams.WorkflowEngine.Runtime;

/// <summary>
/// A run's history, line by line. One line speaks to both readers: <c>message</c> and the details to whoever repairs it, and where there
/// is something to say to its owner, <c>user_friendly_message</c>, which makes it BUSINESS. What a workflow calls secret is masked.
/// </summary>
internal sealed class RunLog(ExecutionRow row, string workflowName, long lastSequence)
{
    private const int Low = 3, Normal = 5, High = 7, Critical = 10;

    private readonly HashSet<NodeRun> _announced = [];
    private readonly HashSet<(NodeRun, int)> _retried = [];
    private long _sequence = lastSequence;
    private long _iteration;
    private LogLevel _level = LogLevel.Info;
    private SensitiveTexts? _secrets;
    private int _decided;
    private int _total;

    public bool IsEmpty => _sequence == 0;

    /// <summary>Where the run stands before <paramref name="changes"/>, and how much its author wants to read.</summary>
    public void Follow(ExecutionState state, IReadOnlyList<NodeRecord> changes)
    {
        var settings = state.Workflow.Document.Settings;
        _level = settings.SaveExecutionProgress || settings.LogLevel > LogLevel.Warning ? settings.LogLevel : LogLevel.Warning;
        _secrets = state.Workflow.Secrets;
        _total = state.TotalNodes;
        _decided = state.DecidedNodes;
        foreach (var node in changes)
        {
            _decided -= Counts(state, node) ? 1 : 0;
        }
    }

    public void Started(WriteUnit unit, DateTimeOffset now) =>
        Line(unit, now, LogLevel.Info, "workflow_started", $"Execution started by {row.Mode}", JsonData.Object(("status", "RUNNING"), ("mode", row.Mode)),
            friendly: $"{workflowName} started", isMilestone: true);

    public void Continued(WriteUnit unit, DateTimeOffset now) =>
        Line(unit, now, LogLevel.Info, "workflow_progress", "Execution continued", JsonData.Object(("status", "RUNNING")), friendly: "Continued");

    /// <param name="until">When it goes on by itself; null: when somebody resumes it.</param>
    public void Paused(WriteUnit unit, DateTimeOffset? until, DateTimeOffset now)
    {
        if (until is { } time)
        {
            Line(unit, now, LogLevel.Info, "workflow_progress", $"Paused until {time.UtcDateTime:O}",
                JsonData.Object(("status", "PAUSED"), ("until", JsonData.Of(time))), friendly: $"Waiting until {Clock(time)} (UTC)", hasProgress: true);
        }
        else
        {
            Line(unit, now, LogLevel.Info, "workflow_progress", "Paused", JsonData.Object(("status", "PAUSED"), ("reason", "manual")),
                friendly: "Paused", hasProgress: true);
        }
    }

    public void Asked(WriteUnit unit, NodeRun node, Guid interactionId, Question question, DateTimeOffset now)
    {
        var title = LogText.Fit(Clean(question.RequestData["title"].Text ?? ""), LogText.Friendly);
        Line(unit, now, LogLevel.Info, "human_interaction", $"Asked by {question.ChannelType}: {title}",
            JsonData.Object(
                ("status", "WAITING_FOR_HUMAN"), ("interaction_id", interactionId.ToString("D")), ("interaction_type", question.InteractionType),
                ("channel_type", question.ChannelType), ("timeout_at", JsonData.Of(question.TimeoutAt)), ("node_id", node.NodeId), ("iteration", node.Iteration)),
            friendly: $"Waiting for an answer until {Clock(question.TimeoutAt)} (UTC): {title}", priority: High, isMilestone: true, hasProgress: true);
    }

    public void Node(WriteUnit unit, ExecutionState state, NodeRecord node, DateTimeOffset now)
    {
        _decided += Counts(state, node) ? 1 : 0;
        switch (node.Status)
        {
            case NodeStatus.Running or NodeStatus.WaitingInput:
                // A node that is run again after a takeover was announced by its first run.
                if (_announced.Add(node.Run))
                {
                    Iteration(unit, node, now);
                    Line(unit, now, LogLevel.Info, "step_started", $"{node.NodeName} started", About(node), node, $"{node.NodeName} …", Low);
                    Payload(unit, now, "step_input", node, node.Input);
                }

                break;
            case NodeStatus.Success:
                if (_announced.Add(node.Run))
                {
                    Iteration(unit, node, now);
                    Payload(unit, now, "step_input", node, node.Input);
                }

                Payload(unit, now, FriendlyText.IsDataProcessing(node) ? "data_processing" : "step_output", node, node.Output);
                Line(unit, now, LogLevel.Info, "step_completed", $"{node.NodeName} succeeded", About(node), node, FriendlyText.Done(node), hasProgress: true);
                break;
            case NodeStatus.Skipped:
                Line(unit, now, LogLevel.Debug, "step_completed", $"{node.NodeName} skipped", About(node), node, priority: Low, hasProgress: true);
                break;
            case NodeStatus.Retrying:
                if (_retried.Add((node.Run, node.RetryCount)))
                {
                    Failure(unit, now, node, LogLevel.Warning, "step_error", "failed and is tried again", "did not work and is tried again", Low);
                }

                break;
            case NodeStatus.Error when state.Failure?.NodeId == node.NodeId:
                Failure(unit, now, node, LogLevel.Error, "step_failed", "failed", "failed", High);
                break;
            case NodeStatus.Error:
                Failure(unit, now, node, LogLevel.Error, "step_error", "failed, and the run goes on", "failed", High);
                break;
            case NodeStatus.Canceled:
                Line(unit, now, LogLevel.Warning, "step_completed", $"{node.NodeName} canceled", About(node), node, $"{node.NodeName} was stopped", Low);
                break;
            case NodeStatus.Pending:
                break;
        }
    }

    public void Ended(WriteUnit unit, ExecutionStatus outcome, ExecutionFailure? failure, DateTimeOffset now)
    {
        var status = outcome.ToWire();
        var took = TimeSpan.FromMilliseconds(Math.Max(0, now.ToUnixTimeMilliseconds() - row.StartTime));
        var data = JsonData.Object(("status", status), ("duration_ms", (long)took.TotalMilliseconds));
        var reason = failure is null ? "" : $": {Clean(failure.Cause.Message)}";
        if (failure is not null)
        {
            data = data.With("error_code", failure.Cause.Code).With("error_message", LogText.Fit(Clean(failure.Cause.Message), LogText.Message))
                .With("error_node_id", failure.NodeId);
        }

        var isFailure = outcome is ExecutionStatus.Error or ExecutionStatus.Timeout;
        Line(unit, now,
            isFailure ? LogLevel.Error : outcome is ExecutionStatus.Success ? LogLevel.Info : LogLevel.Warning,
            isFailure ? "workflow_failed" : "workflow_completed", $"Execution ended {status}{reason}", data,
            friendly: $"{workflowName} {Ending(outcome)}{reason}", priority: isFailure ? Critical : High, isMilestone: true, hasProgress: true, took: took);
    }

    // Nodes in loops run many times and are one step of their loop.
    private static bool Counts(ExecutionState state, NodeRecord node) => node.Status.IsTerminal() && !state.Workflow.IsInLoop(node.NodeId);

    private static string Ending(ExecutionStatus outcome) => outcome switch
    {
        ExecutionStatus.Success => "finished",
        ExecutionStatus.Canceled => "was canceled",
        ExecutionStatus.Timeout => "ran out of time",
        _ => "failed",
    };

    private void Iteration(WriteUnit unit, NodeRecord node, DateTimeOffset now)
    {
        if (node.Iteration != _iteration)
        {
            _iteration = node.Iteration;
            Line(unit, now, LogLevel.Debug, "separator", $"--- iteration {node.Iteration} ---", JsonData.Object(("iteration", node.Iteration)), node, priority: 1);
        }
    }

    private void Failure(
        WriteUnit unit, DateTimeOffset now, NodeRecord node, LogLevel level, string eventType, string what, string friendly, int priority)
    {
        var failure = NodeFailure.FromJson(node.Error);
        var message = Clean(failure.Message);
        Line(unit, now, level, eventType, $"{node.NodeName} {what}: {message}",
            About(node).With("error_code", failure.Code).With("error_message", LogText.Fit(message, LogText.Friendly)), node,
            $"{node.NodeName} {friendly}: {message}", priority, isMilestone: level == LogLevel.Error, hasProgress: true,
            details: failure.Details.IsNull ? null : LogText.Fit(_secrets?.Clean(failure.Details) ?? failure.Details, LogText.Details));
    }

    // What a node gets and gives stands in its own row; only who asked for it by the log level finds it here too.
    private void Payload(WriteUnit unit, DateTimeOffset now, string eventType, NodeRecord node, JsonData payload)
    {
        if (_level == LogLevel.Debug)
        {
            var shown = payload.Weight > LogText.LongestToClean || _secrets is null ? payload : _secrets.Clean(payload);
            Line(unit, now, LogLevel.Debug, eventType, $"{node.NodeName}: {eventType}", shown, node, priority: 1);
        }
    }

    private void Line(
        WriteUnit unit, DateTimeOffset now, LogLevel level, string eventType, string message, JsonData data, NodeRecord? node = null,
        string? friendly = null, int priority = Normal, bool isMilestone = false, bool hasProgress = false, TimeSpan? took = null, string? details = null)
    {
        if (node is not null && level < _level && !isMilestone)
        {
            return;
        }

        took ??= node is { StartedAt: { } started, EndedAt: { } ended } && ended - started >= TimeSpan.FromSeconds(1) ? ended - started : null;
        unit.Logs.Add(new LogRow(
            Guid.CreateVersion7(now), ++_sequence, friendly is null ? "TECHNICAL" : "BUSINESS", eventType, level.ToWire(),
            Storable(message, LogText.Message), friendly is null ? null : Storable(friendly, LogText.Friendly), LogText.Fit(data, LogText.Data),
            node?.NodeId, node?.NodeName, node is null ? null : $"{node.NodeType}.{node.NodeSubtype}", priority, isMilestone, now)
        {
            Progress = hasProgress && _total > 0 ? (_decided, _total) : null,
            Seconds = took is { } time ? (int)Math.Min(int.MaxValue, time.TotalSeconds) : null,
            Details = details,
        });
    }

    private static JsonData About(NodeRecord node)
    {
        var data = JsonData.Object(("status", node.Status.ToWire()));
        data = node.Iteration == 0 ? data : data.With("iteration", node.Iteration);
        data = node.RetryCount == 0 ? data : data.With("retry_count", node.RetryCount);
        return node is { StartedAt: { } started, EndedAt: { } ended } ? data.With("duration_ms", (long)(ended - started).TotalMilliseconds) : data;
    }

    private string Clean(string text) => _secrets?.Clean(text) ?? text;

    // text columns cannot hold U+0000; JsonData sees to that for JSON.
    private static string Storable(string text, int bytes) => LogText.Fit(text.Replace('\0', '\ufffd'), bytes);

    private static string Clock(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
}
