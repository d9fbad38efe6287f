using AiTeams.WorkflowEngine.Core.Data;

namespace AiTeams.WorkflowEngine.Core.Executions;

/// <summary>One row of node_executions: what an execution needs to be read by people and to be restored.</summary>
public sealed record NodeRecord
{
    public required string NodeId { get; init; }

    public long Iteration { get; init; }

    public string NodeName { get; init; } = "";

    public string NodeType { get; init; } = "";

    public string NodeSubtype { get; init; } = "";

    /// <summary>Place in the workflow's topological order: sorts rows of the same instant.</summary>
    public int Position { get; init; }

    public required NodeStatus Status { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>What arrived, merged with input_params. Missing for a node that never began.</summary>
    public JsonData Input { get; init; }

    /// <summary>An object of port to payload. Missing when nothing came out.</summary>
    public JsonData Output { get; init; }

    /// <summary>A <see cref="NodeFailure"/> as JSON, or Missing.</summary>
    public JsonData Error { get; init; }

    public int RetryCount { get; init; }

    public int MaxRetries { get; init; }

    public NodeRun Run => new(NodeId, Iteration);
}
