using AiTeams.ServiceDefaults.Database;
using AiTeams.ServiceDefaults.Errors;
using AiTeams.ServiceDefaults.Identity;

namespace AiTeams.HumanInTheLoop.Inbox;

/// <summary>
/// Who sees an interaction: its owner, and those it was assigned to. Both are asked of the database as that user; absent and another's are the same 404.
/// </summary>
internal sealed class InboxAccess(UserDatabase database)
{
    private const string Owns = "SELECT user_id FROM human_interactions WHERE id = $1";

    private const string IsAssigned = "SELECT user_id FROM hil_assignees WHERE interaction_id = $1";

    /// <returns>Whether the caller owns it.</returns>
    public async Task<bool> RequireAsync(Caller caller, Guid id, CancellationToken cancellationToken) => await database.QueryAsync(
        caller,
        [Statement.Of(Owns, Statement.Uuid(id)), Statement.Of(IsAssigned, Statement.Uuid(id))],
        async (reader, token) =>
        {
            if (await reader.ReadAsync(token))
            {
                return true;
            }

            await reader.NextResultAsync(token);
            return await reader.ReadAsync(token) ? false : throw Problems.NotFound("interaction");
        },
        cancellationToken);

    public async Task RequireOwnerAsync(Caller caller, Guid id, CancellationToken cancellationToken)
    {
        if (!await RequireAsync(caller, id, cancellationToken))
        {
            throw Problems.Forbidden("Only the owner of the workflow may do this.");
        }
    }
}
