namespace AiTeams.Conformance.Tests.Schemas;

/// <summary>A stated CHECK has its name and its condition. One of ours over a stated column makes the rule tighter, which is a difference too.</summary>
public static class CheckComparison
{
    public static IEnumerable<Difference> Of(Table theirs, Table ours)
    {
        var used = new HashSet<string>();
        foreach (var stated in theirs.Checks)
        {
            var isUnnamed = stated.IsUnnamedOf(theirs.Name);
            var check = ours.Checks.FirstOrDefault(check => isUnnamed ? check.Definition == stated.Definition : check.Name == stated.Name)
                ?? ours.Checks.FirstOrDefault(check => isUnnamed && check.Name == stated.Name);
            if (check is not null)
            {
                used.Add(check.Name);
            }

            foreach (var way in Ways(stated.Definition, check?.Definition))
            {
                yield return new(Place(theirs, stated.Name), way);
            }
        }

        foreach (var check in ours.Checks.Where(check => !used.Contains(check.Name) && check.Columns.Any(theirs.Has)))
        {
            yield return new(Place(theirs, check.Name), Comparison.Added);
        }
    }

    private static string Place(Table table, string check) => $"{table.Name} CHECK {check}";

    /// <summary>Of a value set what came and what went; of any other condition the whole.</summary>
    private static IEnumerable<string> Ways(string stated, string? definition)
    {
        if (definition is null)
        {
            return [Comparison.Missing];
        }

        if (definition == stated)
        {
            return [];
        }

        var (before, after) = (Expression.Values(stated), Expression.Values(definition));
        return before.Count > 0 && after.Count > 0 && !before.SetEquals(after)
            ? [.. after.Except(before).Select(value => "+ " + value), .. before.Except(after).Select(value => "- " + value)]
            : [definition];
    }
}
