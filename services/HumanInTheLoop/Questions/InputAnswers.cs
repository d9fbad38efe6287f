using System.Globalization;
using System.Net.Mail;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using AiTeams.ServiceDefaults.Errors;
using static AiTeams.HumanInTheLoop.Questions.QuestionReader;

namespace AiTeams.HumanInTheLoop.Questions;

/// <summary>Answers to an input: one value per field, each of its field's type (domain section 6.3).</summary>
internal static class InputAnswers
{
    public static Answer? Read(Question question, JsonElement data, List<Problem> problems)
    {
        var values = Part(data, "field_values") ?? default;
        if (values.ValueKind != JsonValueKind.Object && question.Fields.Count > 0)
        {
            problems.Add(new Problem("required", "field_values must be an object of field name to value.", "/response_data/field_values"));
            return null;
        }

        var filled = new JsonObject();
        foreach (var field in question.Fields)
        {
            if (Value(field, Part(values, field.Name), problems) is { } value)
            {
                filled[field.Name] = value;
            }
        }

        Unknown(question, values, filled, problems);
        var notes = AnswerCheck.Reason(data, "additional_notes", problems);
        var response = new JsonObject { ["field_values"] = filled, ["additional_notes"] = notes };
        var text = string.Join('\n', filled.Select(field => $"{field.Key}: {field.Value}").Append(notes).Where(line => line.Length > 0));
        return AnswerCheck.Finish("confirmed", data, new JsonObject { ["input_response"] = response }, text, question);
    }

    // A question without fields takes what it is given: its schema is free.
    private static void Unknown(Question question, JsonElement values, JsonObject filled, List<Problem> problems)
    {
        if (values.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        foreach (var given in values.EnumerateObject())
        {
            if (question.Fields.Count == 0)
            {
                filled[given.Name] = JsonNode.Parse(given.Value.GetRawText());
            }
            else if (!question.Fields.Any(field => field.Name == given.Name))
            {
                problems.Add(new Problem("unknown_field", $"There is no field '{given.Name}'.", Pointer(given.Name)));
            }
        }
    }

    private static JsonNode? Value(InputField field, JsonElement? given, List<Problem> problems)
    {
        var text = given is { } value ? Display(value).Trim() : "";
        if (text.Length == 0)
        {
            if (field.Required)
            {
                problems.Add(new Problem("required", $"'{field.Label}' has to be filled in.", Pointer(field.Name)));
            }

            return null;
        }

        if (given is { ValueKind: JsonValueKind.Object or JsonValueKind.Array })
        {
            problems.Add(new Problem("invalid_type", $"'{field.Label}' must be one value.", Pointer(field.Name)));
            return null;
        }

        if ((Complaint(field, text) ?? (field.Type == "number" ? null : PatternComplaint(field, text))) is { } complaint)
        {
            problems.Add(new Problem("invalid_value", $"'{field.Label}' {complaint}", Pointer(field.Name)));
            return null;
        }

        // A number written in a form becomes one; one that came as JSON keeps its digits.
        return field.Type != "number" ? JsonValue.Create(text)
            : given!.Value.ValueKind == JsonValueKind.Number ? JsonNode.Parse(given.Value.GetRawText())
            : JsonValue.Create(double.Parse(text, CultureInfo.InvariantCulture));
    }

    private static string? Complaint(InputField field, string text)
    {
        switch (field.Type)
        {
            case "number":
                return !double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) || !double.IsFinite(number)
                    ? "must be a number."
                    : Bounds(field, number, "must be");
            case "email":
                return MailAddress.TryCreate(text, out var address) && address.Address == text ? null : "must be an e-mail address.";
            case "date":
                return DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _) ? null : "must be a date such as 2026-01-31.";
            case "select":
                return field.Options.Contains(text) ? null : $"must be one of {string.Join(", ", field.Options)}.";
            default:
                return text.Length > AnswerCheck.LongestText
                    ? $"has more than {AnswerCheck.LongestText} characters."
                    : Bounds(field, text.Length, "must have a length of");
        }
    }

    private static string? Bounds(InputField field, double number, string must) =>
        number < field.Min ? $"{must} at least {field.Min.Value.ToString(CultureInfo.InvariantCulture)}."
        : number > field.Max ? $"{must} at most {field.Max.Value.ToString(CultureInfo.InvariantCulture)}."
        : null;

    // The workflow's author writes the pattern and anybody the text: without backtracking no pair of them takes long.
    private static string? PatternComplaint(InputField field, string text)
    {
        if (field.Pattern is null)
        {
            return null;
        }

        try
        {
            return Regex.IsMatch(text, $"^(?:{field.Pattern})$", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant) ? null : $"must look like {field.Pattern}";
        }
        catch (Exception ex) when (ex is ArgumentException or NotSupportedException)
        {
            return null;                                  // a pattern that is none keeps nobody from answering
        }
    }

    private static string Pointer(string name) => JsonPointer.Append("/response_data/field_values", name);
}
