using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using AiTeams.Scheduler.Firing;
using AiTeams.Scheduler.Triggers;
using AiTeams.Scheduler.Webhooks.Bodies;
using AiTeams.ServiceDefaults.Errors;

namespace AiTeams.Scheduler.Slack;

/// <summary>
/// Whatever Slack sends, at one address. It is believed when it is signed with the secret of a trigger of its workspace (api.slack.com,
/// "Verifying requests from Slack") no more than five minutes ago. Slack waits three seconds: what an engine does not take in two is queued.
/// </summary>
internal sealed class ReceiveSlack(TriggerLookup lookup, FireMatches fire, TimeProvider clock)
{
    private const string SignaturePrefix = "v0=";
    private const int LongestChallenge = 1000;
    private static readonly TimeSpan LongestAge = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

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
        var (timestamp, signature) = (request.Headers["X-Slack-Request-Timestamp"].ToString(), request.Headers["X-Slack-Signature"].ToString());
        var listening = IsRecent(timestamp, now)
            ? (await lookup.FindAsync(SlackTrigger.Name, happened.Workspace, cancellationToken))
                .Where(trigger => IsSigned(SettingReader.SecretOf(trigger, SlackSettings.SecretParameter), timestamp, signature, bytes))
                .Select(trigger => (Trigger: trigger, SlackSettings.Read(trigger.Configuration).Settings)).ToList()
            : [];
        if (listening.Count == 0)
        {
            throw Problems.Unauthorized("Nobody here listens to this workspace with the secret this request is signed with, or it is too old.");
        }

        await fire.HandleAsync(listening.Where(one => one.Settings.Wants(happened))
            .Select(one => new Delivery(one.Trigger, happened.Id, SlackTrigger.Data(happened, now)) { Patience = Patience }));

        // An empty 200: whatever stands in the body Slack would post for a slash command.
        return Results.Ok();
    }

    /// <summary>Of the requests' form v0:timestamp:body. False without a secret.</summary>
    internal static bool IsSigned(string secret, string timestamp, string signature, ReadOnlyMemory<byte> body) =>
        HmacSignature.IsRight(secret, SignaturePrefix, signature, Encoding.UTF8.GetBytes($"v0:{timestamp}:"), body);

    /// <summary>Within five minutes of now, either way; digits alone, so that one moment has one spelling.</summary>
    internal static bool IsRecent(string timestamp, DateTimeOffset now) =>
        timestamp.Length <= 12 && long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
        && Math.Abs(now.ToUnixTimeSeconds() - seconds) <= LongestAge.TotalSeconds;

    // Asked once, when an app is given this address, before any trigger may be there to know its secret. It fires nothing and tells nothing.
    private static IResult Challenge(JsonObject payload) =>
        payload["challenge"] is JsonValue value && value.TryGetValue(out string? challenge) && challenge.Length <= LongestChallenge
            ? Results.Json(new { challenge })
            : throw Problems.Validation("invalid_challenge", $"challenge is text of at most {LongestChallenge} characters.", "/challenge");
}
