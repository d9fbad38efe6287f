namespace AiTeams.WorkflowEngine.Core.Data;

/// <summary>The items of one list.</summary>
internal sealed class JsonItems(JsonData[] values)
{
    public JsonData[] Values => values;

    public int Depth { get; } = 1 + JsonFields.Deepest(values);
}

/// <summary>The fields of one object, in order. Small ones are searched in place; larger ones get an index at the first look-up.</summary>
internal sealed class JsonFields(KeyValuePair<string, JsonData>[] fields, int count)
{
    private const int IndexFrom = 12;
    private Dictionary<string, int>? _index;

    public static JsonFields Empty { get; } = new([], 0);

    public int Count => count;

    public int Depth { get; } = 1 + Deepest(fields.AsSpan(0, count));

    public ReadOnlySpan<KeyValuePair<string, JsonData>> AsSpan() => fields.AsSpan(0, count);

    public JsonData Find(string name)
    {
        if (count >= IndexFrom)
        {
            return (_index ?? BuildIndex()).TryGetValue(name, out var at) ? fields[at].Value : default;
        }

        foreach (ref readonly var field in AsSpan())
        {
            if (string.Equals(field.Key, name, StringComparison.Ordinal))
            {
                return field.Value;
            }
        }

        return default;
    }

    public static int Deepest(ReadOnlySpan<JsonData> values)
    {
        var deepest = 0;
        foreach (ref readonly var value in values)
        {
            deepest = Math.Max(deepest, value.Depth);
        }

        return deepest;
    }

    private static int Deepest(ReadOnlySpan<KeyValuePair<string, JsonData>> fields)
    {
        var deepest = 0;
        foreach (ref readonly var field in fields)
        {
            deepest = Math.Max(deepest, field.Value.Depth);
        }

        return deepest;
    }

    private Dictionary<string, int> BuildIndex()
    {
        // Two threads may build it at once; both build the same.
        var index = new Dictionary<string, int>(count, StringComparer.Ordinal);
        for (var at = 0; at < count; at++)
        {
            index[fields[at].Key] = at;
        }

        return _index = index;
    }
}
