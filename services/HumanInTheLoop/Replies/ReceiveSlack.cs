using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using AiTeams.Contracts.Integrations.V1;
using AiTeams.HumanInTheLoop.Deciding;
using AiTeams.HumanInTheLoop.Delivering;
using AiTeams.HumanInTheLoop.Questions;
using AiTeams.ServiceDefaults.Database;
using AiTeams.ServiceDefaults.Errors;
using AiTeams.ServiceDefaults.Signatures;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.Options;
using Npgsql;
using IntegrationsClient = AiTeams.Contracts.Integrations.V1.Integrations.IntegrationsClient;

namespace AiTeams.HumanInTheLoop.Replies;

/// <summary>
/// What Slack posts: pressed buttons decide at once, messages are kept to be judged. It is believed when it is signed with the secret of the question it
/// speaks of, no more than five minutes ago; a question without a secret is answered by nobody this way. Slack waits three seconds.
/// </summary>
internal sealed class ReceiveSlack(
    NpgsqlDataSource database, AnswerInteraction answers, ReplyStore store, IntegrationsClient integrations, IOptions<SlackSettings> settings, TimeProvider clock)
{
    private const int LongestChallenge = 1000;
    private static readonly TimeSpan PatienceForWord = TimeSpan.FromSeconds(1.5);

    private const string Find = $"""
        SELECT {Interaction.Columns}, s.secrets -> 'slack' ->> 'signing_secret'
        FROM human_interactions h JOIN hil_channel_secrets s ON s.interaction_id = h.id WHERE h.id = $1
        """;

    public async Task<IResult> HandleAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var body = await RawBody.ReadAsync(request, cancellationToken);
        var payload = SlackPayload.Read(request.ContentType, body);
        return QuestionReader.Text(payload, "type") == "url_verification" ? Challenge(payload)
            : await TakeAsync(payload, Proof.Of(request, body, clock.GetUtcNow()), cancellationToken) is null ? throw NotSigned()
            : Results.Ok();
    }

    /// <summary>What was posted to another address of ours.</summary>
    /// <returns>Whether it spoke of a question and was signed with its secret.</returns>
    public async Task<bool> HandleAsync(string contentType, ReadOnlyMemory<byte> body, string timestamp, string signature, CancellationToken cancellationToken) =>
        await TakeAsync(SlackPayload.Read(contentType, body), new Proof(timestamp, signature, body, clock.GetUtcNow()), cancellationToken) == true;

    /// <summary>True: it spoke of a question; false: of none; null: of one whose secret did not sign it.</summary>
    private async Task<bool?> TakeAsync(JsonElement payload, Proof proof, CancellationToken cancellationToken) =>
        SlackPayload.ClickOf(payload) is { } click ? await PressedAsync(click, proof, cancellationToken)
        : SlackPayload.MessageOf(payload, clock.GetUtcNow()) is { } reply ? await WrittenAsync(reply, proof, cancellationToken)
        : false;

    private async Task<bool?> WrittenAsync(IncomingReply reply, Proof proof, CancellationToken cancellationToken)
    {
        var candidates = await store.FindAsync(reply, workflowId: null, cancellationToken);
        if (candidates.Count == 0)
        {
            return false;                                 // talk of others, of which nothing is kept
        }

        var signed = candidates.Where(one => proof.IsRight(one.SigningSecret)).ToList();
        if (signed.Count == 0)
        {
            return null;
        }

        await store.AddAsync(reply, signed, cancellationToken);
        return true;
    }

    private async Task<bool?> PressedAsync(SlackClick click, Proof proof, CancellationToken cancellationToken)
    {
        if (await FindAsync(click.InteractionId, cancellationToken) is not var (interaction, secret) || !proof.IsRight(secret))
        {
            return null;
        }

        if (Data(interaction.Question, click.What) is not { } data)
        {
            return true;                                  // a link was opened
        }

        var responder = new Responder(null, click.UserName, null, null, "slack", click.User);
        try
        {
            var receipt = await answers.HandleAsync(interaction.Id, responder, JsonSerializer.SerializeToElement(data), "slack", cancellationToken);
            if (receipt.Status == "pending")
            {
                await TellAsync(click, interaction, $"Noted. {receipt.Missing} more have to agree.", cancellationToken);
            }
        }
        catch (ProblemException problem) when (problem.Status is 403 or 409 or 422)
        {
            await TellAsync(click, interaction, problem.Problems is [var first, ..] ? first.Message : problem.Detail ?? problem.Title, cancellationToken);
        }

        return true;
    }

    private static JsonObject? Data(Question question, string what) => what switch
    {
        "approve" or "reject" => new JsonObject { ["approved"] = what == "approve" },
        "unrelated" => new JsonObject { ["unrelated"] = true },
        _ when what.StartsWith("option:", StringComparison.Ordinal) && int.TryParse(what["option:".Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var at)
            && at < question.Options.Count => new JsonObject { ["selected_values"] = new JsonArray(question.Options[at].Value) },
        _ => null,
    };

    /// <summary>To the one who pressed, and to nobody else. It is a courtesy: what it is about is decided whether or not it arrives.</summary>
    private async Task TellAsync(SlackClick click, Interaction interaction, string text, CancellationToken cancellationToken)
    {
        if (click.ResponseUrl is not { } url || !url.StartsWith(settings.Value.ResponseUrl, StringComparison.Ordinal))
        {
            return;
        }

        var request = new SendHttpRequest
        {
            Context = new CallContext { UserId = interaction.UserId.ToString("D"), WorkflowId = interaction.WorkflowId.ToString("D") },
            Method = "POST",
            Url = url,
            Body = ByteString.CopyFromUtf8(new JsonObject { ["response_type"] = "ephemeral", ["replace_original"] = false, ["text"] = SlackText.Escape(text) }.ToJsonString()),
            TimeoutMs = (int)PatienceForWord.TotalMilliseconds,
            MaxResponseBytes = 10_000,
        };
        request.Headers.Add(new Header { Name = "Content-Type", Value = "application/json" });
        try
        {
            await integrations.SendHttpAsync(request, deadline: clock.GetUtcNow().UtcDateTime + PatienceForWord, cancellationToken: cancellationToken);
        }
        catch (RpcException) when (!cancellationToken.IsCancellationRequested)
        {
            // the message itself says what became of the question
        }
    }

    private async Task<(Interaction Interaction, string? Secret)?> FindAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(Statement.Of(Find, Statement.Uuid(id)));
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? (Interaction.Read(reader), reader.Text(Interaction.ColumnCount)) : null;
    }

    // Asked once, when an app is given this address, before any question may be there to know its secret. It tells nothing.
    private static IResult Challenge(JsonElement payload) =>
        QuestionReader.Text(payload, "challenge") is { Length: > 0 and <= LongestChallenge } challenge
            ? Results.Json(new { challenge })
            : throw Problems.Validation("invalid_challenge", $"challenge is text of at most {LongestChallenge} characters.", "/challenge");

    private static ProblemException NotSigned() => Problems.Unauthorized("It is not signed with the secret of the question it speaks of, or it is too old.");

    private sealed record Proof(string Timestamp, string Signature, ReadOnlyMemory<byte> Body, DateTimeOffset Now)
    {
        public static Proof Of(HttpRequest request, ReadOnlyMemory<byte> body, DateTimeOffset now) =>
            new(request.Headers[SlackSignature.TimestampHeader].ToString(), request.Headers[SlackSignature.SignatureHeader].ToString(), body, now);

        public bool IsRight(string? secret) => SlackSignature.IsRecent(Timestamp, Now) && SlackSignature.IsRight(secret ?? "", Timestamp, Signature, Body);
    }
}
