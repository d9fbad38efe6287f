namespace AiTeams.Conformance.Tests.Schemas;

/// <summary>
/// Each stated key is there, or a wider one in its place. A further key of ours is a difference too, unless it follows from a stated one
/// (UNIQUE (id, user_id) forbids nothing that the key on id allows) or is about added columns only.
/// </summary>
public static class KeyComparison
{
    public static IEnumerable<Difference> Of(Table theirs, Table ours)
    {
        var kept = theirs.Keys.Where(stated => ours.Keys.Any(key => IsSame(key, stated))).ToList();
        var used = ours.Keys.Where(key => kept.Any(stated => IsSame(key, stated))).ToList();
        foreach (var key in used.Where(key => key.NullsAreEqual))
        {
            yield return new($"{theirs.Name} {key}", "NULLS NOT DISTINCT");
        }

        foreach (var stated in theirs.Keys.Except(kept))
        {
            var instead = ours.Keys
                .Where(key => !used.Contains(key) && key.Predicate is null && Contains(key, stated) && !kept.Any(other => Contains(key, other)))
                .OrderBy(key => key.IsPrimary == stated.IsPrimary ? 0 : 1)
                .ThenBy(key => key.Columns.Count)
                .FirstOrDefault();
            if (instead is not null)
            {
                used.Add(instead);
            }

            yield return new($"{theirs.Name} {stated}", instead?.ToString() ?? Comparison.Missing);
        }

        foreach (var key in ours.Keys.Except(used).Where(key => key.Columns.Any(IsStated) && !kept.Any(stated => Contains(key, stated))))
        {
            yield return new($"{theirs.Name} {key}", Comparison.Added);
        }

        bool IsStated(string column) => Key.IsExpression(column) || theirs.Has(column);
    }

    private static bool IsSame(Key one, Key other) =>
        one.IsPrimary == other.IsPrimary && one.Predicate == other.Predicate && one.Columns.Count == other.Columns.Count && Contains(one, other);

    private static bool Contains(Key wide, Key narrow) => narrow.Columns.All(wide.Columns.Contains);
}
