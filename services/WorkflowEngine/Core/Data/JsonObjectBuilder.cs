namespace AiTeams.WorkflowEngine.Core.Data;

/// <summary>Collects the fields of one object. Setting a name again replaces its value in place; a Missing value is left out.</summary>
public sealed class JsonObjectBuilder(int capacity = 4)
{
    private const int IndexFrom = 16;
    private KeyValuePair<string, JsonData>[] _fields = new KeyValuePair<string, JsonData>[Math.Max(1, capacity)];
    private Dictionary<string, int>? _index;
    private int _count;

    public int Count => _count;

    public JsonObjectBuilder Set(string name, JsonData value)
    {
        if (value.IsMissing)
        {
            return this;
        }

        name = JsonText.Storable(name);
        var at = Find(name);
        if (at >= 0)
        {
            _fields[at] = new(name, value);
            return this;
        }

        if (_count == _fields.Length)
        {
            Array.Resize(ref _fields, _count * 2);
        }

        _index?.Add(name, _count);
        _fields[_count++] = new(name, value);
        return this;
    }

    public JsonObjectBuilder SetAll(JsonData source)
    {
        foreach (ref readonly var field in source.Fields)
        {
            Set(field.Key, field.Value);
        }

        return this;
    }

    /// <summary>The object. The builder is spent: it must not be used again.</summary>
    public JsonData Build() => _count == 0 ? JsonData.EmptyObject : JsonData.Adopt(new JsonFields(_fields, _count));

    private int Find(string name)
    {
        if (_count >= IndexFrom)
        {
            return (_index ??= BuildIndex()).GetValueOrDefault(name, -1);
        }

        for (var at = 0; at < _count; at++)
        {
            if (string.Equals(_fields[at].Key, name, StringComparison.Ordinal))
            {
                return at;
            }
        }

        return -1;
    }

    private Dictionary<string, int> BuildIndex()
    {
        var index = new Dictionary<string, int>(_count * 2, StringComparer.Ordinal);
        for (var at = 0; at < _count; at++)
        {
            index[_fields[at].Key] = at;
        }

        return index;
    }
}
