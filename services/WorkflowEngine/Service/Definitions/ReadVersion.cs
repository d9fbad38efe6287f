using System.Text.Json;
using AiTeams.ServiceDefaults.Database;
using AiTeams.ServiceDefaults.Errors;
using AiTeams.ServiceDefaults.Identity;
using AiTeams.ServiceDefaults.Routes;

namespace AiTeams.WorkflowEngine.Definitions;

/// <summary>The document of one version, as its author saved it.</summary>
internal sealed class ReadVersion(UserDatabase database)
{
    public sealed record Answer(Guid WorkflowId, int Number, Guid? CreatedBy, DateTimeOffset CreatedAt, JsonElement Document);

    public async Task<Answer> HandleAsync(WorkflowId id, VersionNumber n, Caller caller, CancellationToken cancellationToken) =>
        await database.QueryAsync(
            caller,
            Statement.Of(
                "SELECT created_by, created_at, workflow_data FROM workflow_versions WHERE workflow_id = $1 AND version = $2",
                Statement.Uuid(id.Value), Statement.Integer(n.Value)),
            async (reader, token) => await reader.ReadAsync(token)
                ? new Answer(
                    id.Value, n.Value, await reader.IsDBNullAsync(0, token) ? null : reader.GetGuid(0),
                    await reader.GetFieldValueAsync<DateTimeOffset>(1, token), await reader.GetFieldValueAsync<JsonElement>(2, token))
                : null,
            cancellationToken)
        ?? throw Problems.NotFound("version");
}
