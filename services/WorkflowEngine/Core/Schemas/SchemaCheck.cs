using AiTeams.WorkflowEngine.Core.Data;

namespace AiTeams.WorkflowEngine.Core.Schemas;

/// <summary>One application of a schema under way.</summary>
internal sealed class SchemaCheck(int maxErrors, bool tracksEvaluated)
{
    // A schema that refers to itself without going deeper into the value never ends; one that branches as well takes for ever.
    private const int MaxDepth = 700;
    private const int MaxSteps = 5_000_000;

    private readonly List<SchemaError> _errors = [];
    private int _depth;
    private long _steps;
    private int _silenced;

    public IReadOnlyList<SchemaError> Errors => _errors;

    public bool TracksEvaluated => tracksEvaluated;

    /// <summary>Whether going on after a mistake is of use.</summary>
    public bool WantsMore => _silenced == 0 && _errors.Count < maxErrors;

    public void Enter(string pointer)
    {
        if (++_depth > MaxDepth)
        {
            throw new SchemaException("The schema refers to itself without end.", pointer);
        }
    }

    public void Leave() => _depth--;

    public void Spend(string pointer, long steps = 1)
    {
        if ((_steps += steps) > MaxSteps)
        {
            throw new SchemaException($"Checking takes more than {MaxSteps} steps.", pointer);
        }
    }

    /// <summary>Always false, so that a rule can end with it.</summary>
    public bool Wrong(Place place, string keyword, string pointer, string message)
    {
        if (WantsMore)
        {
            _errors.Add(new(place.ToString(), keyword, message, pointer));
        }

        return false;
    }

    /// <summary>Whether a schema holds, without saying why not.</summary>
    public bool Quietly(SchemaNode node, JsonData instance, Place place, DynamicScope scope, Evaluated? seen)
    {
        _silenced++;
        var holds = node.Holds(this, instance, place, scope, seen);
        _silenced--;
        return holds;
    }
}

/// <summary>A place in the value; becomes text only when there is something to say about it.</summary>
internal sealed class Place
{
    private readonly Place? _parent;
    private readonly string? _name;
    private readonly int _index;

    private Place(Place? parent, string? name, int index)
    {
        _parent = parent;
        _name = name;
        _index = index;
    }

    public static Place Root { get; } = new(null, null, 0);

    public Place Field(string name) => new(this, name, 0);

    public Place Item(int index) => new(this, null, index);

    public override string ToString() => _parent is null ? ""
        : _name is null ? Pointer.Append(_parent.ToString(), _index)
        : Pointer.Append(_parent.ToString(), _name);
}

/// <summary>The schema resources passed on the way here, innermost first: where <c>$dynamicRef</c> looks.</summary>
internal sealed record DynamicScope(SchemaResource Resource, DynamicScope? Outer);

/// <summary>Which fields and items a schema has looked at, for <c>unevaluatedProperties</c> and <c>unevaluatedItems</c>.</summary>
internal sealed class Evaluated
{
    private readonly HashSet<string> _fields = new(StringComparer.Ordinal);
    private readonly HashSet<int> _items = [];

    public bool AllFields { get; set; }

    public bool AllItems { get; set; }

    public bool Has(string field) => AllFields || _fields.Contains(field);

    public bool Has(int item) => AllItems || _items.Contains(item);

    public void Add(string field) => _fields.Add(field);

    public void Add(int item) => _items.Add(item);

    public void Add(Evaluated other)
    {
        AllFields |= other.AllFields;
        AllItems |= other.AllItems;
        _fields.UnionWith(other._fields);
        _items.UnionWith(other._items);
    }
}
