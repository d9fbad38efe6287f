using AiTeams.WorkflowEngine.Core.Data;

namespace AiTeams.WorkflowEngine.Core.Definitions.Comparison;

/// <summary>Compares two lists whose elements are known by their <c>id</c>: nodes, connections.</summary>
internal static class ElementList
{
    public static string IdOf(JsonData element) => element["id"].Text ?? "";

    /// <summary>True for a list of objects with an id each, no id twice. A field that is not there counts as an empty list.</summary>
    public static bool IsKeyed(JsonData list)
    {
        if (!list.IsArray)
        {
            return list.IsMissing;
        }

        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var element in list.Items)
        {
            if (!element.IsObject || !element["id"].IsString || !ids.Add(IdOf(element)))
            {
                return false;
            }
        }

        return true;
    }

    /// <param name="layout">The fields that say only where an element is drawn.</param>
    public static ElementChanges Compare(JsonData old, JsonData @new, IReadOnlySet<string> layout)
    {
        var before = Place(old);
        var after = Place(@new);
        var newIds = Match(before, after, layout);
        var kept = newIds.Values.ToHashSet(StringComparer.Ordinal);
        return new(
            [.. after.Values.Where(element => !kept.Contains(element.Id)).OrderBy(element => element.Index)],
            [.. before.Values.Where(element => !newIds.ContainsKey(element.Id)).OrderBy(element => element.Index)],
            [
                .. newIds.Select(pair => Changed(before[pair.Key].Element, after[pair.Value].Element, layout))
                    .Where(change => change.Fields.Count + change.Layout.Count > 0)
                    .OrderBy(change => string.CompareOrdinal(change.OldId, change.NewId) <= 0 ? change.OldId : change.NewId, StringComparer.Ordinal),
            ],
            Order(before, after, newIds));
    }

    private static Dictionary<string, PlacedElement> Place(JsonData list)
    {
        var elements = new Dictionary<string, PlacedElement>(list.Count, StringComparer.Ordinal);
        for (var index = 0; index < list.Count; index++)
        {
            elements.Add(IdOf(list[index]), new(index, list[index]));
        }

        return elements;
    }

    /// <summary>
    /// Old id to new id of every element that both lists have. One that only lost its id to a new one is recognised by all the rest of it,
    /// when that is unmistakable.
    /// </summary>
    private static Dictionary<string, string> Match(
        Dictionary<string, PlacedElement> before, Dictionary<string, PlacedElement> after, IReadOnlySet<string> layout)
    {
        var pairs = before.Keys.Where(after.ContainsKey).ToDictionary(id => id, id => id, StringComparer.Ordinal);
        var gone = before.Values.Where(element => !pairs.ContainsKey(element.Id)).GroupBy(element => Essence(element.Element, layout));
        var come = after.Values.Where(element => !pairs.ContainsKey(element.Id)).ToLookup(element => Essence(element.Element, layout));
        foreach (var same in gone.Where(group => group.Count() == 1 && come[group.Key].Count() == 1).ToArray())
        {
            pairs.Add(same.Single().Id, come[same.Key].Single().Id);
        }

        return pairs;
    }

    private static JsonData Essence(JsonData element, IReadOnlySet<string> layout)
    {
        var builder = new JsonObjectBuilder(element.Count);
        foreach (var (name, value) in element.Fields)
        {
            if (name != "id" && !layout.Contains(name))
            {
                builder.Set(name, value);
            }
        }

        return builder.Build();
    }

    private static ElementChange Changed(JsonData old, JsonData @new, IReadOnlySet<string> layout)
    {
        var changes = FieldChanges.Between(old, @new);
        return new(
            IdOf(old), IdOf(@new),
            [.. changes.Where(change => !IsLayout(change))], [.. changes.Where(IsLayout)]);

        bool IsLayout(FieldChange change) => Pointer.Split(change.Pointer) is [var field, ..] && layout.Contains(field);
    }

    private static OrderChange? Order(
        Dictionary<string, PlacedElement> before, Dictionary<string, PlacedElement> after, Dictionary<string, string> newIds)
    {
        var old = newIds.OrderBy(pair => before[pair.Key].Index).ToArray();
        var to = newIds.Values.OrderBy(id => after[id].Index).ToArray();
        return old.Select(pair => pair.Value).SequenceEqual(to, StringComparer.Ordinal)
            ? null
            : new([.. old.Select(pair => pair.Key)], to);
    }
}
