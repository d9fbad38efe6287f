using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace AiTeams.Scheduler.GitHub;

/// <summary>What to do with drafts of pull requests.</summary>
internal enum DraftHandling
{
    Include,
    Ignore,
    Only,
}

/// <summary>Further conditions on one kind of event. An empty list asks for nothing; of a list one has to fit.</summary>
internal sealed record GitHubConditions
{
    private static readonly string[] Lists = ["branches", "paths", "actions", "labels", "authors", "states", "workflows", "conclusions", "ref_types"];

    public static GitHubConditions None { get; } = new();

    public static IReadOnlyList<string> Names { get; } = [.. Lists, "draft_handling"];

    public IReadOnlyDictionary<string, IReadOnlyList<string>> OneOf { get; private init; } = new Dictionary<string, IReadOnlyList<string>>();

    public DraftHandling Drafts { get; private init; }

    /// <summary>Null, and why in <paramref name="fault"/>, for what are no conditions.</summary>
    public static GitHubConditions? Read(JsonObject conditions, out string fault)
    {
        fault = "";
        var lists = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        var drafts = DraftHandling.Include;
        foreach (var (name, value) in conditions)
        {
            if (name == "draft_handling")
            {
                if (value is not JsonValue word || !word.TryGetValue(out string? text) || DraftsOf(text) is not { } read)
                {
                    fault = "draft_handling is ignore, only or include.";
                    return null;
                }

                drafts = read;
            }
            else if (!Lists.Contains(name))
            {
                fault = $"'{name}' is no condition: {string.Join(", ", Names)}.";
                return null;
            }
            else if (value is not JsonArray items || items.Any(item => item is not JsonValue one || !one.TryGetValue(out string? _)))
            {
                fault = $"{name} is a list of texts.";
                return null;
            }
            else
            {
                lists[name] = [.. items.Select(item => item!.GetValue<string>())];
            }
        }

        return new GitHubConditions { OneOf = lists, Drafts = drafts };
    }

    public bool Hold(GitHubEvent happened) =>
        Fits("actions", happened.Action) && Fits("states", happened.State) && Fits("workflows", happened.Workflow) && Fits("conclusions", happened.Conclusion)
        && Fits("ref_types", happened.RefType) && Fits("authors", happened.Author)
        && FitsAny("labels", happened.Labels, string.Equals) && FitsAny("paths", happened.Paths, IsMatch)
        && FitsAny("branches", happened.Branch is { } branch ? [branch] : [], IsMatch)
        && Drafts switch { DraftHandling.Ignore => !happened.IsDraft, DraftHandling.Only => happened.IsDraft, _ => true };

    /// <summary>* stands for anything but a slash, ** for anything, ? for one character; matched in linear time.</summary>
    public static bool IsMatch(string text, string glob)
    {
        var pattern = new StringBuilder("^");
        for (var at = 0; at < glob.Length; at++)
        {
            pattern.Append(glob[at] switch
            {
                '*' when at + 2 < glob.Length && glob[at + 1] == '*' && glob[at + 2] == '/' => Skip(ref at, 2, "(.*/)?"),
                '*' when at + 1 < glob.Length && glob[at + 1] == '*' => Skip(ref at, 1, ".*"),
                '*' => "[^/]*",
                '?' => "[^/]",
                var letter => Regex.Escape(letter.ToString()),
            });
        }

        return Regex.IsMatch(text, pattern.Append(@"\z").ToString(), RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.Singleline);
    }

    private static DraftHandling? DraftsOf(string word) => word switch
    {
        "include" => DraftHandling.Include,
        "ignore" => DraftHandling.Ignore,
        "only" => DraftHandling.Only,
        _ => null,
    };

    private bool Fits(string name, string? value) =>
        OneOf.GetValueOrDefault(name) is not { Count: > 0 } wanted || (value is not null && wanted.Contains(value, StringComparer.OrdinalIgnoreCase));

    private bool FitsAny(string name, IReadOnlyCollection<string> values, Func<string, string, bool> fits) =>
        OneOf.GetValueOrDefault(name) is not { Count: > 0 } wanted || values.Any(value => wanted.Any(one => fits(value, one)));

    private static string Skip(ref int at, int count, string pattern)
    {
        at += count;
        return pattern;
    }
}
