using AiTeams.WorkflowEngine.Core.Data;
using AiTeams.WorkflowEngine.Core.Expressions;

namespace AiTeams.WorkflowEngine.Core.Nodes;

/// <summary>Sorts items by a dot path: numbers, then texts, then the rest; what has no value comes last in either direction.</summary>
internal static class Ordering
{
    public static (JsonData[] Items, int[] OriginalIndices, int Comparisons) Sort(JsonData list, string path, bool descending)
    {
        var keys = new JsonData[list.Count];
        var order = new int[list.Count];
        for (var at = 0; at < keys.Length; at++)
        {
            keys[at] = Values.Path(list[at], path);
            order[at] = at;
        }

        var comparisons = 0;
        Array.Sort(order, (left, right) =>
        {
            comparisons++;
            var byKey = Compare(keys[left], keys[right], descending);
            // The place before decides among equals: the sort is stable.
            return byKey != 0 ? byKey : left.CompareTo(right);
        });

        return (Array.ConvertAll(order, at => list[at]), order, comparisons);
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
