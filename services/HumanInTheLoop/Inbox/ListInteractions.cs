using AiTeams.HumanInTheLoop.Deciding;
using AiTeams.ServiceDefaults.Database;
using AiTeams.ServiceDefaults.Identity;
using AiTeams.ServiceDefaults.Paging;

namespace AiTeams.HumanInTheLoop.Inbox;

/// <summary>The caller's inbox, newest first: questions of one's own workflows, and those one is asked by others.</summary>
internal sealed class ListInteractions(UserDatabase database)
{
    private const string List = "interactions";

    // Each half is read along its own index, and only what a page needs of it.
    private const string Filter = """
        ($1::text[] IS NULL OR h.status = ANY ($1)) AND ($2::uuid IS NULL OR h.workflow_id = $2) AND ($3::text[] IS NULL OR h.priority = ANY ($3))
            AND ($4::timestamptz IS NULL OR (h.created_at, h.id) < ($4, $5))
        ORDER BY h.created_at DESC, h.id DESC LIMIT $6
        """;

    private const string Own = $"SELECT {Interaction.Columns} FROM human_interactions h WHERE h.user_id = (SELECT auth.uid()) AND {Filter}";

    private const string AssignedIds = "SELECT set_config('hil.assigned', coalesce(string_agg(interaction_id::text, ','), ''), true) FROM hil_assignees";

    // As the service, but only what the user could read of hil_assignees a moment before.
    private const string Assigned = $"""
        SELECT {Interaction.Columns} FROM human_interactions h
        WHERE h.id = ANY (string_to_array(nullif(current_setting('hil.assigned', true), ''), ',')::uuid[]) AND h.user_id <> $7 AND {Filter}
        """;

    public sealed record Answer(IReadOnlyList<InteractionAnswer> Interactions, string? NextCursor);

    public async Task<Answer> HandleAsync(HttpRequest request, Caller caller, CancellationToken cancellationToken)
    {
        var query = new QueryReader(request.Query);
        var limit = query.Limit();
        var status = query.Words("status", "PENDING", "RESPONDED", "TIMEOUT", "ERROR", "CANCELLED");
        var workflow = query.Id("workflow_id");
        var priority = query.Words("priority", "LOW", "NORMAL", "HIGH", "CRITICAL");
        var after = query.Cursor(List);
        query.ThrowIfInvalid();

        Npgsql.NpgsqlParameter[] Arguments() =>
        [
            Statement.Texts(Lower(status)), Statement.Uuid(workflow), Statement.Texts(Lower(priority)),
            Statement.Moment(after is { First: var ticks } ? new DateTimeOffset(ticks, TimeSpan.Zero) : null), Statement.Uuid(after?.Second), Statement.Integer(limit + 1),
        ];
        return await database.QueryAsync(
            caller,
            [
                Statement.Of(Own, Arguments()), Statement.Of(AssignedIds), UserDatabase.BackToService(),
                Statement.Of(Assigned, [.. Arguments(), Statement.Uuid(caller.UserId)]),
            ],
            async (reader, token) =>
            {
                var found = new List<Interaction>();
                while (await reader.ReadAsync(token))
                {
                    found.Add(Interaction.Read(reader));
                }

                await reader.NextResultAsync(token);
                await reader.NextResultAsync(token);
                await reader.NextResultAsync(token);
                while (await reader.ReadAsync(token))
                {
                    found.Add(Interaction.Read(reader));
                }

                var page = found.OrderByDescending(one => one.CreatedAt).ThenByDescending(one => one.Id.ToString("N"), StringComparer.Ordinal).ToList();
                var more = Page.Trim(page, limit);
                return new Answer(
                    [.. page.Select(InteractionAnswer.Of)], more ? Cursor.Write(List, page[^1].CreatedAt.UtcTicks, page[^1].Id) : null);
            },
            cancellationToken);
    }

    private static string[]? Lower(string[]? words) => words is null ? null : Array.ConvertAll(words, word => word.ToLowerInvariant());
}
