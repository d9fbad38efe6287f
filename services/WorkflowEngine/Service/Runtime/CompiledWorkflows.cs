using System.Collections.Concurrent;
using AiTeams.ServiceDefaults.Errors;
using AiTeams.WorkflowEngine.Core.Data;
using AiTeams.WorkflowEngine.Core.Definitions;
using AiTeams.WorkflowEngine.Core.Graph;
using Npgsql;

namespace AiTeams.WorkflowEngine.Runtime;

/// <summary>
/// Compiled definitions by (workflow, version). A version never changes, so an entry is never stale; the cache is emptied when it has
/// grown too large, which costs one compilation per workflow in use.
/// </summary>
internal sealed class CompiledWorkflows(NpgsqlDataSource database)
{
    private const int Capacity = 5_000;

    private readonly ConcurrentDictionary<(Guid WorkflowId, int Version), CompiledWorkflow> _compiled = new();

    /// <summary>The compiled version. 404 problem when it is gone.</summary>
    public ValueTask<CompiledWorkflow> GetAsync(Guid workflowId, int version, CancellationToken cancellationToken) =>
        _compiled.TryGetValue((workflowId, version), out var workflow) ? new(workflow) : LoadAsync(workflowId, version, cancellationToken);

    private async ValueTask<CompiledWorkflow> LoadAsync(Guid workflowId, int version, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("SELECT workflow_data FROM workflow_versions WHERE workflow_id = $1 AND version = $2");
        command.Parameters.Add(new() { Value = workflowId });
        command.Parameters.Add(new() { Value = version });
        var text = await command.ExecuteScalarAsync(cancellationToken) as string ?? throw Problems.NotFound("workflow version");

        var compiled = Compile(text);
        if (_compiled.Count >= Capacity)
        {
            _compiled.Clear();
        }

        return _compiled.GetOrAdd((workflowId, version), compiled);
    }

    // Every stored version was validated when it was saved, so a failure here is a defect and says so.
    private static CompiledWorkflow Compile(string text)
    {
        var (document, problems) = DocumentParser.Parse(JsonData.Parse(text));
        return CompiledWorkflow.Compile(document ?? throw new InvalidOperationException(
            $"A stored workflow version does not parse: {string.Join("; ", problems.Select(p => p.Message))}"));
    }
}
