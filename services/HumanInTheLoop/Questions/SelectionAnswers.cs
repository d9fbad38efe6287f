using System.Text.Json;
using System.Text.Json.Nodes;
using AiTeams.ServiceDefaults.Errors;
using static AiTeams.HumanInTheLoop.Questions.QuestionReader;

namespace AiTeams.HumanInTheLoop.Questions;

/// <summary>Answers to a selection: values of its options, as many as may be chosen.</summary>
internal static class SelectionAnswers
{
    public static Answer? Read(Question question, JsonElement data, List<Problem> problems)
    {
        const string pointer = "/response_data/selected_values";
        var values = Texts(data, "selected_values").Distinct().ToArray();
        var chosen = new List<SelectionOption>();
        foreach (var value in values)
        {
            if (question.Options.FirstOrDefault(option => option.Value == value) is { } option)
            {
                chosen.Add(option);
            }
            else
            {
                problems.Add(new Problem("invalid_value", $"'{value}' is not one of the options {string.Join(", ", question.Options.Select(known => known.Value))}.", pointer));
            }
        }

        if (values.Length < question.MinSelections)
        {
            problems.Add(new Problem("too_few", $"At least {question.MinSelections} must be chosen.", pointer));
        }
        else if (values.Length > question.MaxSelections)
        {
            problems.Add(new Problem("too_many", $"At most {question.MaxSelections} may be chosen.", pointer));
        }

        var response = new JsonObject
        {
            ["selected_values"] = new JsonArray([.. chosen.Select(option => (JsonNode)option.Value)]),
            ["selected_labels"] = new JsonArray([.. chosen.Select(option => (JsonNode)option.Label)]),
        };
        return AnswerCheck.Finish(
            "confirmed", data, new JsonObject { ["selection_response"] = response }, string.Join(", ", chosen.Select(option => option.Label)), question);
    }
}
