using System.Globalization;
using System.Text.Json.Nodes;
using AiTeams.Scheduler.Triggers;

namespace AiTeams.Scheduler.GitHub;

/// <summary>Fired by what happens in a repository.</summary>
internal sealed class GitHubTrigger : TriggerType
{
    public const string Name = "GITHUB";

    private static readonly string[] RepositoryFields = ["full_name", "name", "html_url", "default_branch", "private"];
    private static readonly string[] SenderFields = ["login", "type", "html_url"];

    public override string Subtype => Name;

    public override TriggerPlan Plan(TriggerNode node, DateTimeOffset now)
    {
        var (settings, faults) = GitHubSettings.Read(node.Configuration);
        return faults.Count == 0
            ? TriggerPlan.Of(settings.Repository)
            : TriggerPlan.Refused([.. faults.Select(fault => node.Problem(fault.Code, fault.Message, fault.Parameter))]);
    }

    public override JsonObject InvocationSchema(JsonObject configuration)
    {
        var (settings, _) = GitHubSettings.Read(configuration);
        return new JsonObject
        {
            ["type"] = "object",
            ["description"] = "A delivery of GitHub.",
            ["additionalProperties"] = false,
            ["properties"] = new JsonObject
            {
                ["event"] = new JsonObject
                {
                    ["type"] = "string",
                    ["enum"] = new JsonArray([.. settings.Events.Select(name => (JsonNode)name)]),
                    ["default"] = settings.Events[0],
                },
                ["payload"] = new JsonObject { ["type"] = "object", ["description"] = "The event's payload, as GitHub sends it.", ["default"] = new JsonObject() },
            },
            ["examples"] = new JsonArray(new JsonObject
            {
                ["event"] = settings.Events[0],
                ["payload"] = new JsonObject { ["ref"] = "refs/heads/main", ["sender"] = new JsonObject { ["login"] = "octocat" } },
            }),
        };
    }

    public override JsonObject Simulate(JsonObject configuration, JsonObject parameters, DateTimeOffset now)
    {
        var (settings, _) = GitHubSettings.Read(configuration);
        var payload = parameters["payload"]?.DeepClone() as JsonObject ?? [];
        if (payload["repository"] is not JsonObject repository || repository["full_name"] is null)
        {
            payload["repository"] = new JsonObject { ["full_name"] = settings.Repository };
        }

        return Data(settings, GitHubEvent.Of((string?)parameters["event"] ?? settings.Events[0], payload)!, "simulated", now);
    }

    /// <summary>The event as the workflow sees it.</summary>
    public static JsonObject Data(GitHubSettings settings, GitHubEvent happened, string deliveryId, DateTimeOffset now) => new()
    {
        ["trigger_time"] = now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
        ["event_type"] = happened.Name,
        ["action"] = happened.Action,
        ["repository"] = Part(happened.Payload["repository"], RepositoryFields),
        ["sender"] = Part(happened.Payload["sender"], SenderFields),
        ["branch"] = happened.Branch,
        ["commit_sha"] = happened.CommitSha,
        ["delivery_id"] = deliveryId,
        ["trigger_message"] = $"{happened.Name.Replace('_', ' ')}{(happened.Action is { } action ? $" {action}" : "")} in {happened.Repository}"
            + (happened.Branch is { } branch ? $" on {branch}" : "") + (happened.Sender.Length > 0 ? $" by {happened.Sender}" : "") + ".",
        ["github_payload"] = settings.IncludePayload ? happened.Payload.DeepClone() : null,
    };

    private static JsonObject Part(JsonNode? whole, string[] fields) =>
        new([.. fields.Where(field => (whole as JsonObject)?[field] is not null).Select(field => KeyValuePair.Create(field, whole![field]?.DeepClone()))]);
}
