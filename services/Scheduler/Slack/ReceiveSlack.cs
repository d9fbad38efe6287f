using System.Text.Json.Nodes;
using AiTeams.Scheduler.Firing;
using AiTeams.Scheduler.Triggers;
using AiTeams.ServiceDefaults.Errors;
using AiTeams.ServiceDefaults.Signatures;

namespace AiTeams.Scheduler.Slack;

/// <summary>
/// Whatever Slack sends, at one address. It is believed when it is signed with the secret of a trigger of its workspace (api.slack.com,
/// "Verifying requests from Slack") no more than five minutes ago. Slack waits three seconds: what an engine does not take in half of them is queued.
/// </summary>
internal sealed class ReceiveSlack(TriggerLookup lookup, FireMatches fire, AnswersToPeople answers, TimeProvider clock)
{
    private const int LongestChallenge = 1000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1.2);

    public async Task<IResult> HandleAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var bytes = await RawBody.ReadAsync(request, cancellationToken);
        var payload = ProviderBody.Read(request.ContentType, bytes);
        if (payload["type"] is JsonValue kind && kind.TryGetValue(out string? word) && word == "url_verification")
        {
            return Challenge(payload);
        }

        if (SlackEvent.Of(payload) is not { } happened)
        {
            throw Problems.Validation("unknown_payload", "This is no event, no interaction and no slash command of Slack, or one without an id.", "");
        }

        var now = clock.GetUtcNow();
        var (timestamp, signature) = (request.Headers[SlackSignature.TimestampHeader].ToString(), request.Headers[SlackSignature.SignatureHeader].ToString());
        var listening = SlackSignature.IsRecent(timestamp, now)
            ? (await lookup.FindAsync(SlackTrigger.Name, happened.Workspace, cancellationToken))
                .Where(trigger => SlackSignature.IsRight(SettingReader.SecretOf(trigger, SlackSettings.SecretParameter), timestamp, signature, bytes))
                .Select(trigger => (Trigger: trigger, SlackSettings.Read(trigger.Configuration).Settings)).ToList()
            : [];
        await fire.HandleAsync(listening.Where(one => one.Settings.Wants(happened))
            .Select(one => new Delivery(one.Trigger, happened.Id, SlackTrigger.Data(happened, now)) { Patience = Patience }));
        var isAnswer = AnswersToPeople.MayBeOne(payload, happened) && await answers.HandOnAsync(request, bytes, cancellationToken);
        if (listening.Count == 0 && !isAnswer)
        {
            throw Problems.Unauthorized("Nobody here listens to this workspace with the secret this request is signed with, or it is too old.");
        }

        // An empty 200: whatever stands in the body Slack would post for a slash command.
        return Results.Ok();
    }

    // Asked once, when an app is given this address, before any trigger may be there to know its secret. It fires nothing and tells nothing.
    private static IResult Challenge(JsonObject payload) =>
        payload["challenge"] is JsonValue value && value.TryGetValue(out string? challenge) && challenge.Length <= LongestChallenge
            ? Results.Json(new { challenge })
            : throw Problems.Validation("invalid_challenge", $"challenge is text of at most {LongestChallenge} characters.", "/challenge");
}
