using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using AiTeams.HumanInTheLoop.Questions;

namespace AiTeams.HumanInTheLoop.Links;

/// <summary>The page's form as response_data. Pure; what is wrong with it is found by <see cref="AnswerCheck"/> as with every other answer.</summary>
internal static class FormAnswer
{
    public const string Unrelated = "unrelated";
    public const string FieldPrefix = "field.";
    public const string CriterionPrefix = "criterion.";

    public static JsonElement Read(Question question, IFormCollection form)
    {
        var choice = form["choice"].ToString();
        var data = choice == Unrelated ? new JsonObject { ["unrelated"] = true, ["reason"] = Text(form, "reason") } : Of(question, form, choice);
        if (question.AllowEdit && choice != Unrelated && form.ContainsKey("content") && Edited(question, form["content"].ToString()) is { } content)
        {
            data["content"] = content;
        }

        return JsonSerializer.SerializeToElement(data);
    }

    private static JsonObject Of(Question question, IFormCollection form, string choice)
    {
        switch (question.Type)
        {
            case "approval":
                var approval = new JsonObject { ["reason"] = Text(form, "reason") };
                if (choice is "approve" or "reject")
                {
                    approval["approved"] = choice == "approve";
                }

                return approval;
            case "input":
                // Of an empty field nothing is said.
                var values = new JsonObject();
                foreach (var field in question.Fields.Where(field => Text(form, FieldPrefix + field.Name).Length > 0))
                {
                    values[field.Name] = Text(form, FieldPrefix + field.Name);
                }

                if (question.Fields.Count == 0)
                {
                    values["answer"] = Text(form, FieldPrefix + "answer");
                }

                return new JsonObject { ["field_values"] = values, ["additional_notes"] = Text(form, "additional_notes") };
            case "selection":
                return new JsonObject { ["selected_values"] = new JsonArray([.. form["selected"].Where(value => value is not null).Select(value => (JsonNode?)value)]) };
            default:
                return Review(question, form, choice);
        }
    }

    private static JsonObject Review(Question question, IFormCollection form, string choice)
    {
        var review = new JsonObject { ["comments"] = Text(form, "comments") };
        switch (question.Scoring)
        {
            case "numeric_scale":
                if (double.TryParse(Text(form, "score"), NumberStyles.Float, CultureInfo.InvariantCulture, out var score))
                {
                    review["score"] = score;
                }

                break;
            case "letter_grade":
                review["score"] = Text(form, "score");
                break;
            case "checklist":
                var criteria = new JsonObject();
                for (var at = 0; at < question.Criteria.Count; at++)
                {
                    criteria[question.Criteria[at]] = form.ContainsKey($"{CriterionPrefix}{at}");
                }

                review["criteria"] = criteria;
                break;
            default:
                if (choice is "approve" or "reject")
                {
                    review["approved"] = choice == "approve";
                }

                break;
        }

        return review;
    }

    /// <summary>Null when it was left as it was. Content that is no text is shown as JSON, and has to be some again.</summary>
    private static JsonNode? Edited(Question question, string text)
    {
        var said = text.ReplaceLineEndings("\n");
        if (question.Content is not { } content)
        {
            return said.Length > 0 ? JsonValue.Create(said) : null;
        }

        if (said == QuestionForm.Shown(content).ReplaceLineEndings("\n"))
        {
            return null;
        }

        if (content.ValueKind == JsonValueKind.String)
        {
            return JsonValue.Create(said);
        }

        try
        {
            return JsonNode.Parse(said);
        }
        catch (JsonException)
        {
            return JsonValue.Create(said);
        }
    }

    private static string Text(IFormCollection form, string name) => form[name].ToString().ReplaceLineEndings("\n").Trim();
}
