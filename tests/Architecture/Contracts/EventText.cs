using System.Reflection;
using System.Text;

namespace AiTeams.Architecture.Tests.Contracts;

/// <summary>Event records as text: what a consumer of another release will find in the message.</summary>
internal static class EventText
{
    private static readonly NullabilityInfoContext Nullability = new();

    public static string Of(IEnumerable<Type> types)
    {
        var text = new StringBuilder();
        foreach (var type in types.OrderBy(type => type.FullName, StringComparer.Ordinal))
        {
            text.Append("event ").AppendLine(type.FullName);
            foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance).OrderBy(property => property.MetadataToken))
            {
                text.AppendLine($"  {property.Name} {NameOf(property)}");
            }
        }

        return text.ToString();
    }

    private static string NameOf(PropertyInfo property)
    {
        var mark = !property.PropertyType.IsValueType && Nullability.Create(property).ReadState == NullabilityState.Nullable ? "?" : "";
        return NameOf(property.PropertyType) + mark;
    }

    private static string NameOf(Type type)
    {
        if (Nullable.GetUnderlyingType(type) is { } value)
        {
            return NameOf(value) + "?";
        }

        return type.IsGenericType
            ? $"{type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)]}<{string.Join(", ", type.GetGenericArguments().Select(NameOf))}>"
            : type.Name;
    }
}
