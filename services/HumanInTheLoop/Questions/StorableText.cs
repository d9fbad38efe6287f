using System.Text.Json;
using AiTeams.ServiceDefaults.Errors;

namespace AiTeams.HumanInTheLoop.Questions;

/// <summary>
/// Finds text that PostgreSQL's jsonb cannot hold: U+0000 and halves of surrogate pairs (PostgreSQL 15, section 8.14.1). JSON may escape both.
/// </summary>
internal static class StorableText
{
    /// <summary>The first place that cannot be stored; null when everything can.</summary>
    /// <param name="data">Any JSON, no deeper than its parser allows.</param>
    /// <param name="pointer">Where it stands, as a JSON pointer.</param>
    public static Problem? FindProblem(JsonElement data, string pointer)
    {
        switch (data.ValueKind)
        {
            case JsonValueKind.String:
                return IsStorable(data) ? null : new Problem("invalid_text", "It contains a character that is none: U+0000 or half of a surrogate pair.", pointer);
            case JsonValueKind.Array:
                return data.EnumerateArray().Select((item, at) => FindProblem(item, $"{pointer}/{at}")).FirstOrDefault(problem => problem is not null);
            case JsonValueKind.Object:
                foreach (var property in data.EnumerateObject())
                {
                    if (NameOf(property) is not { } name || name.Contains('\0', StringComparison.Ordinal))
                    {
                        return new Problem("invalid_text", "A name contains a character that is none: U+0000 or half of a surrogate pair.", pointer);
                    }

                    if (FindProblem(property.Value, JsonPointer.Append(pointer, name)) is { } problem)
                    {
                        return problem;
                    }
                }

                return null;
            default:
                return null;
        }
    }

    private static bool IsStorable(JsonElement text)
    {
        try
        {
            return !text.GetString()!.Contains('\0', StringComparison.Ordinal);
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private static string? NameOf(JsonProperty property)
    {
        try
        {
            return property.Name;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
