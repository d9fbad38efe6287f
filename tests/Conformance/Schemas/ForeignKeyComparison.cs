namespace AiTeams.Conformance.Tests.Schemas;

/// <summary>
/// Each stated foreign key is there with its action, possibly with further columns ("with user_id"). One of ours that starts at a stated
/// column is a difference too.
/// </summary>
public static class ForeignKeyComparison
{
    public static IEnumerable<Difference> Of(Table theirs, Table ours)
    {
        var used = new List<ForeignKey>();
        foreach (var stated in theirs.ForeignKeys)
        {
            var key = ours.ForeignKeys
                .Where(key => key.Target == stated.Target && stated.Pairs.All(key.Pairs.Contains))
                .OrderBy(key => key.Pairs.Count)
                .FirstOrDefault();
            if (key is null)
            {
                yield return new(Place(theirs, stated), $"no {stated}");
                continue;
            }

            used.Add(key);
            foreach (var way in Ways(stated, key))
            {
                yield return new(Place(theirs, stated), way);
            }
        }

        foreach (var key in ours.ForeignKeys.Except(used).Where(key => key.Pairs.All(pair => theirs.Has(pair.Column) || pair.Column == "user_id")))
        {
            if (key.Pairs.Any(pair => theirs.Has(pair.Column)))
            {
                yield return new(Place(theirs, key), key.ToString());
            }
        }
    }

    private static IEnumerable<string> Ways(ForeignKey stated, ForeignKey key)
    {
        if (key.Pairs.Count > stated.Pairs.Count)
        {
            yield return "with " + string.Join(", ", key.Pairs.Except(stated.Pairs).Select(pair => pair.Column));
        }

        if (key.OnDelete != stated.OnDelete)
        {
            yield return "ON DELETE " + (key.OnDelete.Length == 0 ? "NO ACTION" : key.OnDelete);
        }

        if (!key.IsValid)
        {
            yield return "NOT VALID";
        }
    }

    private static string Place(Table table, ForeignKey key)
    {
        var columns = key.Pairs.Select(pair => pair.Column).ToList();
        var own = columns.Count > 1 ? columns.Where(column => column != "user_id").ToList() : columns;
        return own.Count == 1 ? $"{table.Name}.{own[0]}" : $"{table.Name} ({string.Join(", ", own)})";
    }
}
