using System.Text.Json.Nodes;

namespace AiTeams.Scheduler.GitHub;

/// <summary>What an event's payload says that triggers ask about (docs.github.com, "Webhook events and payloads"). Pure.</summary>
internal sealed record GitHubEvent
{
    private const string Branches = "refs/heads/";
    private const string Tags = "refs/tags/";
    private static readonly string[] Changes = ["added", "modified", "removed"];

    /// <summary>X-GitHub-Event: push, pull_request, ...</summary>
    public required string Name { get; init; }

    /// <summary>owner/name in lower case; GitHub's names know no case.</summary>
    public required string Repository { get; init; }

    public required JsonObject Payload { get; init; }

    public string? Action { get; private init; }

    public string Sender { get; private init; } = "";

    public bool IsByBot { get; private init; }

    /// <summary>Where it happened; of a pull request the branch it is to go into.</summary>
    public string? Branch { get; private init; }

    /// <summary>"branch" or "tag".</summary>
    public string? RefType { get; private init; }

    public string? CommitSha { get; private init; }

    /// <summary>Files a push touched.</summary>
    public IReadOnlyCollection<string> Paths { get; private init; } = [];

    public IReadOnlyCollection<string> Labels { get; private init; } = [];

    public string? Author { get; private init; }

    public string? State { get; private init; }

    public string? Workflow { get; private init; }

    public string? Conclusion { get; private init; }

    public bool IsDraft { get; private init; }

    /// <summary>Null for a payload that names no repository.</summary>
    public static GitHubEvent? Of(string name, JsonObject payload)
    {
        if (Text(payload, "repository", "full_name") is not { Length: > 0 } repository)
        {
            return null;
        }

        var subject = payload["pull_request"] as JsonObject ?? payload["issue"] as JsonObject;
        var reference = Text(payload, "ref");
        return new GitHubEvent
        {
            Name = name,
            Repository = repository.ToLowerInvariant(),
            Payload = payload,
            Action = Text(payload, "action"),
            Sender = Text(payload, "sender", "login") ?? "",
            IsByBot = Text(payload, "sender", "type") == "Bot" || Text(payload, "sender", "login")?.EndsWith("[bot]", StringComparison.Ordinal) is true,
            Branch = reference?.StartsWith(Branches, StringComparison.Ordinal) is true ? reference[Branches.Length..]
                : Text(payload, "pull_request", "base", "ref") ?? Text(payload, "workflow_run", "head_branch") ?? Text(payload, "release", "target_commitish"),
            RefType = Text(payload, "ref_type") ?? (reference is null ? null
                : reference.StartsWith(Branches, StringComparison.Ordinal) ? "branch" : reference.StartsWith(Tags, StringComparison.Ordinal) ? "tag" : null),
            CommitSha = Text(payload, "after") ?? Text(payload, "pull_request", "head", "sha") ?? Text(payload, "workflow_run", "head_sha"),
            Paths = PathsOf(payload),
            Labels = [.. (subject?["labels"] as JsonArray ?? []).Select(label => Text(label, "name")).Append(Text(payload, "label", "name")).OfType<string>().Distinct()],
            Author = Text(payload, "comment", "user", "login") ?? Text(payload, "review", "user", "login") ?? Text(subject, "user", "login")
                ?? Text(payload, "release", "author", "login") ?? Text(payload, "head_commit", "author", "username") ?? Text(payload, "sender", "login"),
            State = Text(payload, "review", "state") ?? Text(subject, "state"),
            Workflow = Text(payload, "workflow_run", "name") ?? Text(payload, "workflow", "name"),
            Conclusion = Text(payload, "workflow_run", "conclusion"),
            IsDraft = (payload["pull_request"] as JsonObject)?["draft"] is JsonValue draft && draft.TryGetValue(out bool isDraft) && isDraft,
        };
    }

    private static HashSet<string> PathsOf(JsonObject payload) =>
    [
        .. (payload["commits"] as JsonArray ?? []).OfType<JsonObject>()
            .SelectMany(commit => Changes.SelectMany(kind => commit[kind] as JsonArray ?? []))
            .Select(path => path is JsonValue value && value.TryGetValue(out string? text) ? text : null).OfType<string>(),
    ];

    private static string? Text(JsonNode? node, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            node = (node as JsonObject)?[name];
        }

        return node is JsonValue value && value.TryGetValue(out string? text) ? text : null;
    }
}
