using AiTeams.WorkflowEngine.Core.Data;

namespace AiTeams.WorkflowEngine.Core.Expressions;

/// <summary>Sorts items by a dot path: numbers, then texts, then the rest; what has no value comes last in either direction.</summary>
internal static class Ordering
{
    public static (JsonData[] Items, int[] OriginalIndices, int Comparisons) Sort(JsonData list, string path, bool descending) =>
        Sort(list, [(path, descending)]);

    /// <summary>By the first key, then among equals by the next.</summary>
    public static (JsonData[] Items, int[] OriginalIndices, int Comparisons) Sort(JsonData list, IReadOnlyList<(string Path, bool Descending)> by)
    {
        var keys = new JsonData[by.Count][];
        for (var key = 0; key < keys.Length; key++)
        {
            keys[key] = new JsonData[list.Count];
            for (var at = 0; at < list.Count; at++)
            {
                keys[key][at] = Values.Path(list[at], by[key].Path);
            }
        }

        var comparisons = 0;
        var order = Places(list.Count, (left, right) =>
        {
            comparisons++;
            for (var key = 0; key < keys.Length; key++)
            {
                if (Compare(keys[key][left], keys[key][right], by[key].Descending) is not 0 and var byKey)
                {
                    return byKey;
                }
            }

            return 0;
        });
        return (Array.ConvertAll(order, at => list[at]), order, comparisons);
    }

    /// <summary>The places of the values in the order they should have.</summary>
    public static int[] Places(JsonData keys, bool descending) =>
        Places(keys.Count, (left, right) => Compare(keys[left], keys[right], descending));

    private static int[] Places(int count, Comparison<int> compare)
    {
        var order = new int[count];
        for (var at = 0; at < count; at++)
        {
            order[at] = at;
        }

        // The place before decides among equals: the sort is stable.
        Array.Sort(order, (left, right) => compare(left, right) is not 0 and var decided ? decided : left.CompareTo(right));
        return order;
    }

    private static int Compare(JsonData left, JsonData right, bool descending)
    {
        if (left.IsNull || right.IsNull)
        {
            return left.IsNull.CompareTo(right.IsNull);
        }

        var compared = left.Kind == right.Kind ? CompareSameKind(left, right) : Rank(left).CompareTo(Rank(right));
        return descending ? -compared : compared;
    }

    private static int CompareSameKind(JsonData left, JsonData right) => left.Kind switch
    {
        JsonKind.Number or JsonKind.String => Values.Compare(left, right) ?? 0,
        JsonKind.Boolean => left.IsTrue.CompareTo(right.IsTrue),
        JsonKind.Array or JsonKind.Object => left.Count.CompareTo(right.Count),
        JsonKind.Missing or JsonKind.Null => 0,
    };

    private static int Rank(JsonData value) => value.Kind switch
    {
        JsonKind.Number => 0,
        JsonKind.String => 1,
        JsonKind.Boolean => 2,
        JsonKind.Array => 3,
        JsonKind.Object => 4,
        JsonKind.Missing or JsonKind.Null => 5,
    };
}
