using AiTeams.WorkflowEngine.Core.Data;
using AiTeams.WorkflowEngine.Core.Graph;
using Npgsql;

namespace AiTeams.WorkflowEngine.Runtime;

/// <summary>What workflows keep between runs. Read once per run, and only for a workflow that speaks of it.</summary>
internal sealed class StaticData(NpgsqlDataSource database)
{
    public ValueTask<JsonData> OfAsync(Guid workflowId, CompiledWorkflow workflow, CancellationToken cancellationToken) =>
        workflow.ReadsStaticData ? new(ReadAsync(workflowId, cancellationToken)) : new(JsonData.EmptyObject);

    private async Task<JsonData> ReadAsync(Guid workflowId, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("SELECT static_data FROM workflows WHERE id = $1");
        command.Parameters.Add(new() { Value = workflowId });
        return await command.ExecuteScalarAsync(cancellationToken) is string text ? JsonData.Parse(text) : JsonData.EmptyObject;
    }
}
