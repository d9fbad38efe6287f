using AiTeams.WorkflowEngine.Core.Data;
using AiTeams.WorkflowEngine.Core.Nodes;

namespace AiTeams.WorkflowEngine.Writing;

/// <summary>A new row of workflow_executions. JSON columns are UTF-16 JSON text; times are epoch milliseconds.</summary>
internal sealed record ExecutionRow(
    Guid Id,
    string ExecutionId,
    Guid WorkflowId,
    int WorkflowVersion,
    Guid UserId,
    string Mode,
    string? TriggeredBy,
    string TriggerNodeId,
    string? TriggerData,
    string? IdempotencyKey,
    long StartTime)
{
    /// <summary>What the workflow had kept when the run began here; no column of the row.</summary>
    public JsonData StaticData { get; init; } = JsonData.EmptyObject;

    /// <summary>The execution this one was made by: a retry's original, a sub-workflow's caller.</summary>
    public string? ParentExecutionId { get; init; }

    /// <summary>JSON text; null for none.</summary>
    public string? Metadata { get; init; }

    /// <summary>The nodes whose rows, of all iterations, are copied from the parent.</summary>
    public IReadOnlyList<string> KeptNodeIds { get; init; } = [];
}

/// <summary>What became of an execution. <see cref="Release"/> gives up ownership: any engine may continue it.</summary>
internal sealed record ExecutionChange(string Status, long? EndTime, string? ErrorMessage, string? ErrorDetails, bool Release)
{
    /// <summary>How an execution begins of which its first flush says nothing else.</summary>
    public static ExecutionChange Running { get; } = new("RUNNING", null, null, null, Release: false);
}

/// <summary>The state of one node run; written over until its status is terminal, never after.</summary>
/// <param name="Id">Of a row that is not there yet. In the order of time, so that rows of one flush lie beside each other in the index.</param>
internal sealed record NodeRow(
    Guid Id,
    string NodeId,
    string NodeName,
    string NodeType,
    string NodeSubtype,
    long Iteration,
    int Position,
    string Status,
    long? StartTime,
    long? EndTime,
    string? InputData,
    string? OutputData,
    string? ErrorData,
    int RetryCount,
    int MaxRetries);

/// <summary>One line of the execution's history; <see cref="Sequence"/> counts from 1 without gaps.</summary>
internal sealed record LogRow(
    Guid Id,
    long Sequence,
    string Category,
    string EventType,
    string Level,
    string Message,
    string? FriendlyMessage,
    string Data,
    string? NodeId,
    string? NodeName,
    string? NodeType,
    int Priority,
    bool IsMilestone,
    DateTimeOffset CreatedAt)
{
    /// <summary>How many of the run's nodes are over, and of how many: its progress. Null where a line says nothing about it.</summary>
    public (int Step, int Total)? Progress { get; init; }

    /// <summary>Whole seconds; null for what took less than one.</summary>
    public int? Seconds { get; init; }

    /// <summary>JSON text for whoever repairs it.</summary>
    public string? Details { get; init; }
}

/// <summary>A durable alarm of one node run.</summary>
internal sealed record TimerRow(Guid Id, string NodeId, long Iteration, string Reason, DateTimeOffset DueAt);

/// <summary>Why an execution stands still, for people and statistics; the row goes with <see cref="PauseEnd"/>. Conditions are JSON text.</summary>
internal sealed record PauseRow(Guid Id, string NodeId, long Iteration, string Reason, string Conditions, DateTimeOffset At);

/// <summary>What ended a pause: status is resumed, timeout or cancelled.</summary>
internal sealed record PauseEnd(Guid Id, string Status, string Trigger, DateTimeOffset At);

/// <summary>A question to people: a new row of human_interactions, which human-in-the-loop takes up from there.</summary>
internal sealed record QuestionRow(Guid Id, string NodeId, long Iteration, Question Question, DateTimeOffset At);

/// <summary>What became of a row of execution_commands: done, unchanged or refused, with the status the execution has then.</summary>
internal sealed record DecidedCommand(Guid Id, string Outcome, string ResultStatus, string? Code, string? Detail);

/// <summary>The node run of another execution that waits for this one.</summary>
internal sealed record CallerToWake(Guid CommandId, string ExecutionId, string NodeId, long Iteration);

/// <summary>
/// Everything one step of one execution changes; it becomes true as a whole or not at all. Writing a unit twice has the effect of
/// writing it once, so a flush whose outcome is unknown is simply repeated.
/// </summary>
internal sealed class WriteUnit(string executionId, Guid workflowId, Guid userId)
{
    public string ExecutionId { get; } = executionId;

    public Guid WorkflowId { get; } = workflowId;

    public Guid UserId { get; } = userId;

    public ExecutionRow? Start { get; init; }

    public ExecutionChange? Change { get; set; }

    public List<NodeRow> Nodes { get; } = [];

    public List<LogRow> Logs { get; } = [];

    /// <summary>Timers to set, in the order they were decided together with <see cref="FiredTimers"/> of earlier units.</summary>
    public List<TimerRow> Timers { get; } = [];

    /// <summary>Timers that have done their work. Of one unit these go first: what fires may be set again.</summary>
    public List<(string NodeId, long Iteration, string Reason)> FiredTimers { get; } = [];

    public List<PauseRow> Pauses { get; } = [];

    public List<PauseEnd> EndedPauses { get; } = [];

    public List<QuestionRow> Questions { get; } = [];

    /// <summary>Questions of nodes that are canceled, by the id of the execution's row: whoever has not answered is asked no more.</summary>
    public List<(Guid Execution, string NodeId, long Iteration)> Withdrawn { get; } = [];

    public List<DecidedCommand> Decided { get; } = [];

    /// <summary>What the workflow keeps for later runs, as JSON objects of name to value; null forgets a name.</summary>
    public List<string> Kept { get; } = [];

    /// <summary>Set in the unit that ends a sub-workflow: who waits for it.</summary>
    public CallerToWake? Wakes { get; set; }

    /// <summary>In the unit that ends an execution before its time: what it has started is to end too.</summary>
    public bool StopsChildren { get; set; }

    /// <summary>Facts for the outbox (AiTeams.Contracts.Events).</summary>
    public List<object> Events { get; } = [];

    /// <summary>Rows this unit adds up to; a flush is bounded by it.</summary>
    public int Rows => 1 + Nodes.Count + Logs.Count + Timers.Count + Pauses.Count + EndedPauses.Count + Questions.Count + Decided.Count + Events.Count;
}
