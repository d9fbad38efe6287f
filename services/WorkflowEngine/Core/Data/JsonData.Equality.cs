namespace AiTeams.WorkflowEngine.Core.Data;

/// <summary>Two values are equal when they mean the same JSON: numbers by value, objects whatever the order of their fields.</summary>
public readonly partial struct JsonData
{
    public static bool operator ==(JsonData left, JsonData right) => left.Equals(right);

    public static bool operator !=(JsonData left, JsonData right) => !left.Equals(right);

    public override bool Equals(object? obj) => obj is JsonData other && Equals(other);

    public bool Equals(JsonData other)
    {
        if (ReferenceEquals(_reference, other._reference) && _bits == other._bits)
        {
            return true;
        }

        if (ReferenceEquals(_reference, IntegerMarker) && ReferenceEquals(other._reference, IntegerMarker))
        {
            return false;
        }

        return (Kind, other.Kind) switch
        {
            (JsonKind.Number, JsonKind.Number) => NumbersEqual(other),
            (JsonKind.String, JsonKind.String) => string.Equals(Text, other.Text, StringComparison.Ordinal),
            (JsonKind.Array, JsonKind.Array) => Items.SequenceEqual(other.Items),
            (JsonKind.Object, JsonKind.Object) => FieldsEqual(other),
            _ => false,
        };
    }

    public override int GetHashCode()
    {
        switch (_reference)
        {
            case string text:
                return string.GetHashCode(text, StringComparison.Ordinal);
            case JsonItems list:
                var items = new HashCode();
                foreach (var item in list.Values)
                {
                    items.Add(item);
                }

                return items.ToHashCode();
            case JsonFields fields:
                var sum = fields.Count;
                foreach (var (name, value) in fields.AsSpan())
                {
                    // Order must not matter, so fields are combined by a commutative operation.
                    sum += HashCode.Combine(string.GetHashCode(name, StringComparison.Ordinal), value);
                }

                return sum;
            default:
                return TryGetNumber(out var number) ? number.GetHashCode() : HashCode.Combine(Kind, _bits);
        }
    }

    private bool NumbersEqual(JsonData other)
    {
        if (ExactText is { } exact && other.ExactText is { } otherExact)
        {
            return string.Equals(exact, otherExact, StringComparison.Ordinal);
        }

        TryGetNumber(out var number);
        other.TryGetNumber(out var otherNumber);
        return number.Equals(otherNumber);
    }

    private bool FieldsEqual(JsonData other)
    {
        if (Count != other.Count)
        {
            return false;
        }

        foreach (ref readonly var field in Fields)
        {
            var match = other[field.Key];
            if (match.IsMissing || !field.Value.Equals(match))
            {
                return false;
            }
        }

        return true;
    }
}
