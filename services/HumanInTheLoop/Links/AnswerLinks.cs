using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using AiTeams.HumanInTheLoop.Deciding;
using AiTeams.HumanInTheLoop.Inbox;
using AiTeams.HumanInTheLoop.Questions;
using AiTeams.ServiceDefaults.Database;
using AiTeams.ServiceDefaults.Errors;
using AiTeams.ServiceDefaults.Identity;
using Microsoft.Extensions.Options;
using Npgsql;

namespace AiTeams.HumanInTheLoop.Links;

/// <summary>A link that answers a question once.</summary>
internal sealed record AnswerLink(string Url, DateTimeOffset ExpiresAt);

/// <summary>Makes links: 256 random bits for one recipient, of which only the SHA-256 stays.</summary>
internal sealed class AnswerLinks(NpgsqlDataSource database, InboxAccess access, IOptions<LinkSettings> settings)
{
    private const string Find = $"SELECT {Interaction.Columns} FROM human_interactions h WHERE h.id = $1";

    // It outlives the question by a day: whoever comes late is told what won, and not that the link is too old.
    private const string Add = """
        INSERT INTO hil_tokens (interaction_id, token_hash, recipient, expires_at)
        VALUES ($1, $2, left($3, 255), greatest($4, clock_timestamp()) + interval '1 day') RETURNING expires_at
        """;

    /// <summary>When it is over for good, an escalation included.</summary>
    public static DateTimeOffset LastOf(Interaction interaction) =>
        interaction.Question.Escalation is { } escalation && escalation.Until > interaction.TimeoutAt ? escalation.Until : interaction.TimeoutAt;

    /// <param name="recipient"><c>email:address</c>, <c>slack:channel or user</c>, <c>user:id email</c> or <c>webhook:</c>; it is who answers with the link.</param>
    public async Task<AnswerLink> CreateAsync(Interaction interaction, string recipient, CancellationToken cancellationToken)
    {
        var token = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(Statement.Of(
            Add, Statement.Uuid(interaction.Id), Statement.Bytes(SHA256.HashData(Encoding.ASCII.GetBytes(token))), Statement.Text(recipient), Statement.Moment(LastOf(interaction))));
        var expires = (DateTime)(await batch.ExecuteScalarAsync(cancellationToken))!;
        return new AnswerLink($"{settings.Value.PublicUrl.TrimEnd('/')}/api/v1/public/hil/{token}", new DateTimeOffset(expires, TimeSpan.Zero));
    }

    /// <summary>For somebody who sees the question in the inbox and may answer it: to go on at another device, or to hand to nobody else.</summary>
    public async Task<AnswerLink> CreateAsync(Guid id, Caller caller, CancellationToken cancellationToken)
    {
        await access.RequireAsync(caller, id, cancellationToken);
        var interaction = await FindAsync(id, cancellationToken);
        if (!interaction.IsPending)
        {
            throw Conflicts.Ended(interaction);
        }

        var refusal = AnswerRights.Check(
            interaction.Question, Responder.User(caller.UserId, caller.Email), interaction.IsEscalated, interaction.AssignedTo, interaction.ClaimedBy);
        return refusal is null
            ? await CreateAsync(interaction, $"user:{caller.UserId:D} {caller.Email}", cancellationToken)
            : throw new ProblemException(403, refusal.Code, "Not allowed", refusal.Reason);
    }

    private async Task<Interaction> FindAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(Statement.Of(Find, Statement.Uuid(id)));
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? Interaction.Read(reader) : throw Problems.NotFound("interaction");
    }
}
