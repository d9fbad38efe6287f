using System.Globalization;
using AiTeams.WorkflowEngine.Core.Data;

namespace AiTeams.WorkflowEngine.Core.Definitions.Comparison;

/// <summary>
/// The differences of two JSON values, as small as they can be said: objects field by field, lists of one length item by item. A list
/// that grew or shrank is one change with both lists in full, because which item went is a guess.
/// </summary>
public static class FieldChanges
{
    /// <summary>In the order of their pointers; empty when the values mean the same.</summary>
    public static IReadOnlyList<FieldChange> Between(JsonData old, JsonData @new)
    {
        var changes = new List<FieldChange>();
        Collect(old, @new, "", changes);
        return changes;
    }

    /// <summary>The new value, made from the old one. The changes must come from a comparison with that old value.</summary>
    public static JsonData Apply(JsonData old, IEnumerable<FieldChange> changes) =>
        changes.Aggregate(old, (value, change) => Set(value, Pointer.Split(change.Pointer), change.New));

    private static void Collect(JsonData old, JsonData @new, string at, List<FieldChange> changes)
    {
        if (old.IsObject && @new.IsObject)
        {
            CollectFields(old, @new, at, changes);
        }
        else if (old.IsArray && @new.IsArray && old.Count == @new.Count)
        {
            for (var index = 0; index < old.Count; index++)
            {
                Collect(old[index], @new[index], Pointer.Append(at, index), changes);
            }
        }
        else if (old != @new)
        {
            changes.Add(new(at, old, @new));
        }
    }

    private static void CollectFields(JsonData old, JsonData @new, string at, List<FieldChange> changes)
    {
        var names = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var (name, _) in old.Fields)
        {
            names.Add(name);
        }

        foreach (var (name, _) in @new.Fields)
        {
            names.Add(name);
        }

        foreach (var name in names)
        {
            Collect(old[name], @new[name], Pointer.Append(at, name), changes);
        }
    }

    private static JsonData Set(JsonData value, ReadOnlySpan<string> path, JsonData changed)
    {
        if (path.IsEmpty)
        {
            return changed;
        }

        if (value.IsArray)
        {
            var items = value.Items.ToArray();
            var index = int.Parse(path[0], NumberStyles.None, CultureInfo.InvariantCulture);
            items[index] = Set(items[index], path[1..], changed);
            return JsonData.Array(items);
        }

        var builder = new JsonObjectBuilder(value.Count + 1);
        foreach (var (name, field) in value.Fields)
        {
            builder.Set(name, name == path[0] ? Set(field, path[1..], changed) : field);    // Missing leaves the field out
        }

        if (value[path[0]].IsMissing)
        {
            builder.Set(path[0], Set(default, path[1..], changed));
        }

        return builder.Build();
    }
}
