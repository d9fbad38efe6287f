namespace AiTeams.WorkflowEngine.Core.Graph;

/// <summary>A connection by the places of its ends. The index is its place among the workflow's connections.</summary>
public readonly record struct CompiledEdge(int Index, int From, string Port, int To);
