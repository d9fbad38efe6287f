using System.Security.Cryptography;
using AiTeams.Scheduler.Firing;
using AiTeams.Scheduler.Triggers;
using AiTeams.ServiceDefaults.Errors;
using AiTeams.ServiceDefaults.Signatures;

namespace AiTeams.Scheduler.GitHub;

/// <summary>
/// A delivery of GitHub (docs.github.com, "Validating webhook deliveries"). Each trigger has a secret of its own, so the payload is read to find
/// who might listen, and fires those alone whose secret made the signature. A repository nobody listens to looks like a wrong signature.
/// </summary>
internal sealed class ReceiveGitHub(TriggerLookup lookup, FireMatches fire, TimeProvider clock)
{
    private const string SignaturePrefix = "sha256=";
    private const int LongestId = 255;

    public async Task<IResult> HandleAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var (name, delivery, signature) = (Header(request, "X-GitHub-Event"), Header(request, "X-GitHub-Delivery"), request.Headers["X-Hub-Signature-256"].ToString());
        var bytes = await RawBody.ReadAsync(request, cancellationToken);
        var payload = ProviderBody.Read(request.ContentType, bytes);
        if (GitHubEvent.Of(name, payload) is not { } happened)
        {
            throw Problems.Validation("no_repository", "The payload names no repository.", "/repository/full_name");
        }

        var listening = (await lookup.FindAsync(GitHubTrigger.Name, happened.Repository, cancellationToken))
            .Where(trigger => HmacSignature.IsRight(SettingReader.SecretOf(trigger, GitHubSettings.SecretParameter), SignaturePrefix, signature, bytes))
            .Select(trigger => (Trigger: trigger, GitHubSettings.Read(trigger.Configuration).Settings)).ToList();
        if (listening.Count == 0)
        {
            throw Problems.Unauthorized("Nobody here listens to this repository with the secret this delivery is signed with.");
        }

        // X-GitHub-Delivery is not signed: who has caught a delivery could send it again under another. What is signed is the body, and no two
        // events have the same one, so that is what a delivery is known by.
        var id = Convert.ToHexStringLower(SHA256.HashData(bytes.Span));
        var now = clock.GetUtcNow();
        return Results.Json(
            await fire.HandleAsync(listening.Where(one => one.Settings.Wants(happened))
                .Select(one => new Delivery(one.Trigger, id, GitHubTrigger.Data(one.Settings, happened, delivery, now)))),
            statusCode: name == "ping" ? StatusCodes.Status200OK : StatusCodes.Status202Accepted);
    }

    private static string Header(HttpRequest request, string name) => request.Headers[name] is [{ Length: > 0 and <= LongestId } value]
        ? value
        : throw Problems.BadRequest($"The header {name} is missing.", "missing_header");
}
