namespace AiTeams.WorkflowEngine.Core.Data;

/// <summary>
/// An immutable JSON value. Payloads travel between nodes, expressions and records by reference, so the same tree may be part
/// of many others: nothing is ever cloned. Numbers keep 64-bit integers exact; what neither a long nor a double holds exactly
/// keeps its text. <c>default</c> is <see cref="JsonKind.Missing"/>.
/// </summary>
public readonly partial struct JsonData : IEquatable<JsonData>
{
    private static readonly object NullMarker = new();
    private static readonly object BooleanMarker = new();
    private static readonly object IntegerMarker = new();
    private static readonly object DoubleMarker = new();

    private readonly object? _reference;
    private readonly long _bits;

    private JsonData(object reference, long bits = 0)
    {
        _reference = reference;
        _bits = bits;
    }

    public static JsonData Null { get; } = new(NullMarker);

    public static JsonData True { get; } = new(BooleanMarker, 1);

    public static JsonData False { get; } = new(BooleanMarker, 0);

    public static JsonData EmptyArray { get; } = new(new JsonItems([]));

    public static JsonData EmptyObject { get; } = new(JsonFields.Empty);

    public static JsonData Of(bool value) => value ? True : False;

    public static JsonData Of(long value) => new(IntegerMarker, value);

    /// <summary>Not a number and infinities have no JSON form; they become null.</summary>
    public static JsonData Of(double value) =>
        !double.IsFinite(value) ? Null
        : value == Math.Floor(value) && Math.Abs(value) < 1e15 ? new(IntegerMarker, (long)value)
        : new(DoubleMarker, BitConverter.DoubleToInt64Bits(value));

    /// <summary>The character NUL, which PostgreSQL cannot store, becomes the replacement character.</summary>
    public static JsonData Of(string? value) => value is null ? Null : new(JsonText.Storable(value));

    /// <summary>The instant as RFC 3339 text in UTC.</summary>
    public static JsonData Of(DateTimeOffset value) => new(value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", null));

    public static JsonData Array(params ReadOnlySpan<JsonData> items) => Adopt(items.ToArray());

    public static JsonData Array(IEnumerable<JsonData> items) => Adopt(items.ToArray());

    public static JsonData Object(params ReadOnlySpan<(string Name, JsonData Value)> fields)
    {
        var builder = new JsonObjectBuilder(fields.Length);
        foreach (var (name, value) in fields)
        {
            builder.Set(name, value);
        }

        return builder.Build();
    }

    public static implicit operator JsonData(string? value) => Of(value);

    public static implicit operator JsonData(bool value) => Of(value);

    public static implicit operator JsonData(long value) => Of(value);

    public static implicit operator JsonData(double value) => Of(value);

    public JsonKind Kind => _reference switch
    {
        null => JsonKind.Missing,
        string => JsonKind.String,
        JsonFields => JsonKind.Object,
        JsonItems => JsonKind.Array,
        _ when ReferenceEquals(_reference, NullMarker) => JsonKind.Null,
        _ when ReferenceEquals(_reference, BooleanMarker) => JsonKind.Boolean,
        _ => JsonKind.Number,
    };

    public bool IsMissing => _reference is null;

    /// <summary>True for a JSON null and for a missing value.</summary>
    public bool IsNull => _reference is null || ReferenceEquals(_reference, NullMarker);

    public bool IsObject => _reference is JsonFields;

    public bool IsArray => _reference is JsonItems;

    public bool IsString => _reference is string;

    public bool IsNumber => Kind == JsonKind.Number;

    public bool IsBoolean => ReferenceEquals(_reference, BooleanMarker);

    public bool IsTrue => IsBoolean && _bits == 1;

    public bool IsFalse => IsBoolean && _bits == 0;

    /// <summary>The text of a string; null for every other kind.</summary>
    public string? Text => _reference as string;

    /// <summary>The items of an array; empty for every other kind.</summary>
    public ReadOnlySpan<JsonData> Items => _reference is JsonItems list ? list.Values : default(ReadOnlySpan<JsonData>);

    /// <summary>The fields of an object in document order; empty for every other kind.</summary>
    public ReadOnlySpan<KeyValuePair<string, JsonData>> Fields => _reference is JsonFields fields ? fields.AsSpan() : default;

    /// <summary>Items of an array, fields of an object; otherwise 0.</summary>
    public int Count => _reference switch
    {
        JsonItems list => list.Values.Length,
        JsonFields fields => fields.Count,
        _ => 0,
    };

    /// <summary>Levels of lists and objects inside one another; 0 for a plain value.</summary>
    public int Depth => _reference switch
    {
        JsonItems list => list.Depth,
        JsonFields fields => fields.Depth,
        _ => 0,
    };

    /// <summary>
    /// About how many characters the value has as text. Trees share parts, so little memory can stand for endless text: whoever
    /// writes or walks a value that somebody else made looks at this first.
    /// </summary>
    public long Weight => _reference switch
    {
        string text => text.Length + 2,
        JsonItems list => list.Weight,
        JsonFields fields => fields.Weight,
        _ => 8,
    };

    /// <summary>The field of that exact name, or Missing.</summary>
    public JsonData this[string name] => _reference is JsonFields fields ? fields.Find(name) : default;

    /// <summary>The item at that place, or Missing.</summary>
    public JsonData this[int index] => _reference is JsonItems list && (uint)index < (uint)list.Values.Length ? list.Values[index] : default;

    /// <summary>The number as a double; a number too large for one is infinite.</summary>
    public bool TryGetNumber(out double number)
    {
        number = ReferenceEquals(_reference, IntegerMarker) ? _bits
            : ReferenceEquals(_reference, DoubleMarker) ? BitConverter.Int64BitsToDouble(_bits)
            : _reference is ExactNumber exact ? exact.Value
            : 0;
        return Kind == JsonKind.Number;
    }

    /// <summary>True when the number is a whole one that fits 64 bits.</summary>
    public bool TryGetInteger(out long integer)
    {
        integer = ReferenceEquals(_reference, IntegerMarker) ? _bits : 0;
        return ReferenceEquals(_reference, IntegerMarker);
    }

    /// <summary>This object with one field set; anything but an object counts as an empty one.</summary>
    public JsonData With(string name, JsonData value)
    {
        var builder = new JsonObjectBuilder(Count + 1);
        builder.SetAll(this);
        builder.Set(name, value);
        return builder.Build();
    }

    /// <summary>This object overlaid by the fields of another, which win.</summary>
    public JsonData Overlay(JsonData other)
    {
        if (Count == 0 || !IsObject)
        {
            return other.IsObject ? other : IsObject ? this : EmptyObject;
        }

        if (other.Count == 0)
        {
            return this;
        }

        var builder = new JsonObjectBuilder(Count + other.Count);
        builder.SetAll(this);
        builder.SetAll(other);
        return builder.Build();
    }

    internal static JsonData Adopt(JsonData[] items) => items.Length == 0 ? EmptyArray : new(new JsonItems(items));

    internal static JsonData Adopt(JsonFields fields) => new(fields);

    internal static JsonData Exact(string text, double value) => new(new ExactNumber(text, value));

    private string? ExactText => (_reference as ExactNumber)?.Text;

    private sealed record ExactNumber(string Text, double Value);

}
