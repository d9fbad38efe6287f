namespace AiTeams.WorkflowEngine.Core.Data;

/// <summary>The items of one list.</summary>
internal sealed class JsonItems
{
    public JsonItems(JsonData[] values)
    {
        Values = values;
        var measure = new Measure();
        foreach (ref readonly var value in values.AsSpan())
        {
            measure.Add(value);
        }

        (Depth, Weight) = measure.Total;
    }

    public JsonData[] Values { get; }

    public int Depth { get; }

    public long Weight { get; }
}

/// <summary>The fields of one object, in order. Small ones are searched in place; larger ones get an index at the first look-up.</summary>
internal sealed class JsonFields
{
    private const int IndexFrom = 12;
    private readonly KeyValuePair<string, JsonData>[] _fields;
    private Dictionary<string, int>? _index;

    public JsonFields(KeyValuePair<string, JsonData>[] fields, int count)
    {
        _fields = fields;
        Count = count;
        var measure = new Measure();
        foreach (ref readonly var field in AsSpan())
        {
            measure.Add(field.Value, field.Key.Length);
        }

        (Depth, Weight) = measure.Total;
    }

    public static JsonFields Empty { get; } = new([], 0);

    public int Count { get; }

    public int Depth { get; }

    public long Weight { get; }

    public ReadOnlySpan<KeyValuePair<string, JsonData>> AsSpan() => _fields.AsSpan(0, Count);

    public JsonData Find(string name)
    {
        if (Count >= IndexFrom)
        {
            return (_index ?? BuildIndex()).TryGetValue(name, out var at) ? _fields[at].Value : default;
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

    private Dictionary<string, int> BuildIndex()
    {
        // Two threads may build it at once; both build the same.
        var index = new Dictionary<string, int>(Count, StringComparer.Ordinal);
        for (var at = 0; at < Count; at++)
        {
            index[_fields[at].Key] = at;
        }

        return _index = index;
    }
}

/// <summary>Adds up what a container holds. The weight stays finite however often shared parts repeat.</summary>
internal struct Measure
{
    // Two bytes for the brackets, a comma and quotes per field: about what the text will have.
    private const int Overhead = 4;
    private const long Heaviest = long.MaxValue / 4;
    private int _deepest;
    private long _weight;

    public readonly (int Depth, long Weight) Total => (1 + _deepest, 2 + _weight);

    public void Add(JsonData value, int nameLength = 0)
    {
        _deepest = Math.Max(_deepest, value.Depth);
        _weight = Math.Min(Heaviest, _weight + value.Weight + nameLength + Overhead);
    }
}
