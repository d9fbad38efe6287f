using System.Text.Json;
using AiTeams.ServiceDefaults.Database;
using AiTeams.ServiceDefaults.Errors;
using AiTeams.ServiceDefaults.Identity;
using AiTeams.ServiceDefaults.Paging;
using AiTeams.ServiceDefaults.Routes;

namespace AiTeams.WorkflowEngine.Definitions;

/// <summary>Which documents a workflow has had, newest first: who saved each and when, and what it changed of the one before.</summary>
internal sealed class ListVersions(UserDatabase database)
{
    private const string List = "versions";

    private const string Latest = "SELECT latest_version FROM workflows WHERE id = $1";

    private const string Page = """
        SELECT version, created_by, created_at, restored_from, changes FROM workflow_versions
        WHERE workflow_id = $1 AND version < $2
        ORDER BY version DESC LIMIT $3
        """;

    /// <param name="RestoredFrom">The version whose document came back with this one.</param>
    /// <param name="Changes">Null for the first version, which changed nothing.</param>
    public sealed record Version(int Number, bool Latest, Guid? CreatedBy, DateTimeOffset CreatedAt, int? RestoredFrom, JsonElement? Changes);

    public sealed record Answer(Guid WorkflowId, IReadOnlyList<Version> Versions, string? NextCursor);

    public async Task<Answer> HandleAsync(HttpRequest request, WorkflowId id, Caller caller, CancellationToken cancellationToken)
    {
        var query = new QueryReader(request.Query);
        var limit = query.Limit();
        var before = query.Position(List) ?? int.MaxValue;
        query.ThrowIfInvalid();

        return await database.QueryAsync(
            caller,
            [
                Statement.Of(Latest, Statement.Uuid(id.Value)),
                Statement.Of(Page, Statement.Uuid(id.Value), Statement.Long(before), Statement.Integer(limit + 1)),
            ],
            async (reader, token) =>
            {
                if (!await reader.ReadAsync(token))
                {
                    throw Problems.NotFound("workflow");
                }
                var latest = reader.GetInt32(0);
                await reader.NextResultAsync(token);

                var versions = new List<Version>();
                while (await reader.ReadAsync(token))
                {
                    var number = reader.GetInt32(0);
                    versions.Add(new(
                        number, number == latest, reader.Uuid(1), await reader.GetFieldValueAsync<DateTimeOffset>(2, token),
                        reader.Integer(3), reader.Json(4)));
                }
                var more = ServiceDefaults.Paging.Page.Trim(versions, limit);
                return new Answer(id.Value, versions, more ? Cursor.Write(List, versions[^1].Number) : null);
            },
            cancellationToken);
    }
}
