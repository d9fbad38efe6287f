using System.Globalization;
using System.Text.RegularExpressions;

namespace AiTeams.Isolation.Tests.Documents;

public enum Reach
{
    /// <summary>Refused outright.</summary>
    None,

    /// <summary>The caller's rows.</summary>
    Own,

    /// <summary>Rows whose time is over, whosever they are.</summary>
    Expired,

    All,
}

/// <summary>docs/database.md, "Who may do what": which role may do what to which rows of a table.</summary>
public sealed partial class AccessRights
{
    public static IReadOnlyList<string> Services { get; } =
        ["gateway_service", "workflow_engine_service", "scheduler_service", "human_in_the_loop_service", "memory_service", "integrations_service"];

    /// <summary>Below the services, which it reads.</summary>
    public static AccessRights Documented { get; } = new();

    private readonly Dictionary<(string Table, string Role), List<Grant>> _grants = [];

    private AccessRights()
    {
        foreach (var cells in DatabaseDocument.Rows("| table |"))
        {
            foreach (var table in cells[0].Split(',', StringSplitOptions.TrimEntries))
            {
                Add(table, cells);
            }
        }
    }

    public IReadOnlySet<string> Tables => _grants.Keys.Select(key => key.Table).ToHashSet();

    public Reach Of(string table, string role, char verb) => Granted(table, role, verb)?.Reach ?? Reach.None;

    /// <summary>The columns the verb is limited to, or null.</summary>
    public IReadOnlyList<string>? Columns(string table, string role, char verb) => Granted(table, role, verb)?.Columns;

    private Grant? Granted(string table, string role, char verb) =>
        _grants.GetValueOrDefault((table, role))?.FirstOrDefault(grant => grant.Verbs.Contains(verb, StringComparison.Ordinal));

    private void Add(string table, string[] cells)
    {
        var eachItsRows = cells[1] == "each service its rows";
        foreach (var owner in eachItsRows ? Services : [Service(cells[1])])
        {
            Add(table, owner, cells[2], eachItsRows);
        }

        Add(table, "authenticated", cells[3]);
        foreach (var other in Parts(cells[4]).Where(other => other != "-"))
        {
            var words = other.Split(' ', 2);
            Add(table, words[0] == "owner" ? "aiteams_owner" : $"{words[0]}_service", words[1]);
        }
    }

    private void Add(string table, string role, string cell, bool own = false)
    {
        var grants = Parts(cell).Where(part => part != "-").Select(part => Read(table, part, own)).ToList();
        _grants.TryAdd((table, role), []);
        _grants[(table, role)].AddRange(grants);
    }

    private static Grant Read(string table, string part, bool own)
    {
        var match = Right().Match(part);
        return match.Success
            ? new(match.Groups["verbs"].Value, own ? Reach.Own : match.Groups["reach"].Value switch { " own" => Reach.Own, " expired" => Reach.Expired, _ => Reach.All },
                match.Groups["columns"] is { Success: true } columns ? columns.Value.Split(',', StringSplitOptions.TrimEntries) : null)
            : throw new InvalidDataException($"docs/database.md, {table}: '{part}' says nothing about rights");
    }

    /// <summary>Separated by commas that are not within parentheses.</summary>
    private static string[] Parts(string cell) => OuterComma().Split(cell);

    private static string Service(string name) =>
        string.Concat(name.Select((letter, i) => i > 0 && char.IsUpper(letter) ? $"_{letter}" : $"{letter}")).ToLower(CultureInfo.InvariantCulture) + "_service" is var role
            && Services.Contains(role)
            ? role
            : throw new InvalidDataException($"docs/database.md: '{name}' owns a table and is no service");

    [GeneratedRegex(@"^(?<verbs>[SIUD]+)(?: \((?<columns>[^)]*)\))?(?<reach> own| expired)?$")]
    private static partial Regex Right();

    [GeneratedRegex(@",\s*(?![^(]*\))")]
    private static partial Regex OuterComma();

    private sealed record Grant(string Verbs, Reach Reach, IReadOnlyList<string>? Columns);
}
