using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using AiTeams.Scheduler.Triggers;

namespace AiTeams.Scheduler.GitHub;

/// <summary>A GITHUB trigger's configuration with its defaults. Pure.</summary>
internal sealed partial record GitHubSettings
{
    public const string SecretParameter = "webhook_secret";

    public static readonly IReadOnlyList<string> KnownEvents =
        ["push", "pull_request", "issues", "issue_comment", "pull_request_review", "release", "workflow_run", "repository", "star", "watch", "fork"];

    /// <summary>owner/name in lower case.</summary>
    public string Repository { get; private init; } = "";

    public IReadOnlyList<string> Events { get; private init; } = [];

    public bool IncludePayload { get; private init; }

    private IReadOnlyList<string> Branches { get; init; } = [];

    private Regex? Authors { get; init; }

    private bool IgnoresBots { get; init; }

    private IReadOnlyDictionary<string, GitHubConditions> Conditions { get; init; } = new Dictionary<string, GitHubConditions>();

    public static (GitHubSettings Settings, IReadOnlyList<SettingFault> Faults) Read(JsonObject configuration)
    {
        var from = new SettingReader(configuration);
        var faults = new List<SettingFault>();
        from.Secret(SecretParameter);
        var repository = from.Text("repository", "");
        if (!RepositoryName().IsMatch(repository))
        {
            faults.Add(new("invalid_repository", "repository", "repository is written owner/name, as in octo/site."));
        }

        var settings = new GitHubSettings
        {
            Repository = repository.ToLowerInvariant(),
            Events = from.Names("events", KnownEvents, ["push", "pull_request"]),
            IncludePayload = from.Flag("include_payload", true),
            Branches = from.Texts("branches"),
            Authors = from.Pattern("author_filter"),
            IgnoresBots = from.Flag("ignore_bots", true),
            Conditions = ReadConditions(configuration["filter_conditions"], faults),
        };
        return (settings, [.. from.Faults, .. faults]);
    }

    /// <summary>Whether the event is one this trigger waits for. A branch filter asks nothing of events that happen on no branch.</summary>
    public bool Wants(GitHubEvent happened) =>
        happened.Repository == Repository && Events.Contains(happened.Name) && !(IgnoresBots && happened.IsByBot)
        && (Branches.Count == 0 || (happened.Branch is null && happened.RefType != "tag")
            || (happened.Branch is { } branch && Branches.Any(wanted => GitHubConditions.IsMatch(branch, wanted))))
        && Authors?.IsMatch(happened.Author ?? "") is not false
        && Conditions.GetValueOrDefault(happened.Name, GitHubConditions.None).Hold(happened)
        && Conditions.GetValueOrDefault("", GitHubConditions.None).Hold(happened);

    // Keyed by event, or conditions that all events have to meet.
    private static Dictionary<string, GitHubConditions> ReadConditions(JsonNode? value, List<SettingFault> faults)
    {
        var conditions = new Dictionary<string, GitHubConditions>(StringComparer.Ordinal);
        if (value is null)
        {
            return conditions;
        }

        if (value is not JsonObject fields)
        {
            faults.Add(new("invalid_value", "filter_conditions", "filter_conditions is an object: conditions, by event or for all of them."));
            return conditions;
        }

        var general = new JsonObject([.. fields.Where(field => !KnownEvents.Contains(field.Key)).Select(field => KeyValuePair.Create(field.Key, field.Value?.DeepClone()))]);
        foreach (var (name, wanted) in fields.Where(field => KnownEvents.Contains(field.Key)).Append(KeyValuePair.Create("", (JsonNode?)general)))
        {
            var fault = "Conditions on an event are an object.";
            if (wanted is JsonObject found && GitHubConditions.Read(found, out fault) is { } read)
            {
                conditions[name] = read;
            }
            else
            {
                faults.Add(new("invalid_value", "filter_conditions", fault));
            }
        }

        return conditions;
    }

    [GeneratedRegex(@"^[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})/(?!\.{1,2}\z)[A-Za-z0-9._-]{1,100}\z")]
    private static partial Regex RepositoryName();
}
