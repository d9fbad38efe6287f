using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using AiTeams.ServiceDefaults.Errors;
using AiTeams.WorkflowEngine.Core.Data;

namespace AiTeams.WorkflowEngine.Definitions;

/// <summary>Reads a document from a request and refuses what PostgreSQL's jsonb cannot hold, before anything looks at its meaning.</summary>
internal static class WorkflowBody
{
    private const int LongestNumber = 1000;

    public static async Task<JsonData> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var body = await JsonBody.ReadAsync(request, cancellationToken);
        var problems = new List<Problem>();
        Walk(body, "", problems);
        return problems.Count == 0 ? JsonData.From(body) : throw Problems.Validation(problems);
    }

    private static void Walk(JsonNode? node, string pointer, List<Problem> problems)
    {
        try
        {
            switch (node)
            {
                case JsonObject members:
                    foreach (var (name, value) in members)
                    {
                        var place = Pointer.Append(pointer, name);
                        CheckText(name, place, problems);
                        Walk(value, place, problems);
                    }
                    break;
                case JsonArray items:
                    for (var i = 0; i < items.Count; i++)
                    {
                        Walk(items[i], Pointer.Append(pointer, i), problems);
                    }
                    break;
                case JsonValue value when value.GetValueKind() == JsonValueKind.String:
                    CheckText(value.GetValue<string>(), pointer, problems);
                    break;
                case JsonValue value when value.GetValueKind() == JsonValueKind.Number && !IsStorable(value):
                    problems.Add(new Problem("number_out_of_range", "The number is larger, smaller or longer than any that can be calculated with.", pointer));
                    break;
            }
        }
        catch (InvalidOperationException)
        {
            // How System.Text.Json reports an escape such as \ud800 without its second half, and bytes that are not UTF-8.
            problems.Add(new Problem("invalid_text", "The text is not valid Unicode.", pointer));
        }
    }

    // numeric, which jsonb is made of, ends at 16383 digits after the point; no number that means something comes near.
    private static bool IsStorable(JsonValue number)
    {
        var text = number.ToJsonString();
        var exponent = text.AsSpan(text.IndexOfAny(['e', 'E']) + 1);
        return double.IsFinite(number.GetValue<double>())
            && text.Length <= LongestNumber
            && (exponent.Length == text.Length || (int.TryParse(exponent, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var power) && power >= -LongestNumber));
    }

    private static void CheckText(string text, string pointer, List<Problem> problems)
    {
        if (text.Contains('\0', StringComparison.Ordinal))
        {
            problems.Add(new Problem("invalid_text", "The text holds the character U+0000, which cannot be stored.", pointer));
        }
    }
}
