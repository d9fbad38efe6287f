using System.Text.Json;
using System.Text.Json.Nodes;
using AiTeams.ServiceDefaults.Errors;
using static AiTeams.HumanInTheLoop.Questions.QuestionReader;

namespace AiTeams.HumanInTheLoop.Questions;

/// <summary>
/// Whether an answer is one to this question. Every problem is told at once, with a pointer into <c>response_data</c>; an answer with a problem
/// changes nothing. What is valid comes out in the shape that domain section 6.4 gives it, with the original under <c>raw</c>.
/// </summary>
internal static class AnswerCheck
{
    /// <summary>Longest text of one field, in characters.</summary>
    public const int LongestText = 10_000;

    public static (Answer? Answer, IReadOnlyList<Problem> Problems) Read(Question question, JsonElement data)
    {
        if (data.ValueKind != JsonValueKind.Object)
        {
            return (null, [new Problem("invalid_type", "response_data must be an object.", "/response_data")]);
        }

        if (StorableText.FindProblem(data, "/response_data") is { } text)
        {
            return (null, [text]);
        }

        if (Flag(data, "unrelated", false))
        {
            return (Finish("unrelated", data, [], Text(data, "reason"), question), []);
        }

        var problems = new List<Problem>();
        CheckEdit(question, data, problems);
        var answer = question.Type switch
        {
            "approval" => Approval(question, data, problems),
            "input" => InputAnswers.Read(question, data, problems),
            "selection" => SelectionAnswers.Read(question, data, problems),
            _ => ReviewAnswers.Read(question, data, problems),
        };
        return problems.Count > 0 ? (null, problems) : (answer, problems);
    }

    /// <summary>The answer with what all of them have: the original, and the content if it was changed.</summary>
    public static Answer Finish(string outcome, JsonElement data, JsonObject response, string text, Question question)
    {
        response["raw"] = JsonNode.Parse(data.GetRawText());
        return new Answer(outcome, response, text)
        {
            Content = question.AllowEdit && Part(data, "content") is { } content ? JsonNode.Parse(content.GetRawText()) : null,
        };
    }

    public static string Reason(JsonElement data, string name, List<Problem> problems)
    {
        if (Part(data, name) is { ValueKind: not JsonValueKind.String })
        {
            problems.Add(new Problem("invalid_type", $"{name} must be text.", $"/response_data/{name}"));
        }

        var reason = Text(data, name).Trim();
        if (reason.Length > LongestText)
        {
            problems.Add(new Problem("too_long", $"{name} has more than {LongestText} characters.", $"/response_data/{name}"));
        }

        return reason;
    }

    private static Answer? Approval(Question question, JsonElement data, List<Problem> problems)
    {
        var option = Text(data, "approval_option");
        var byOption = question.ApprovalOptions.ToList().FindIndex(name => string.Equals(name, option, StringComparison.OrdinalIgnoreCase));
        bool? said = Part(data, "approved")?.ValueKind switch { JsonValueKind.True => true, JsonValueKind.False => false, _ => null };
        var approved = said ?? (byOption >= 0 ? byOption == 0 : null);
        if (approved is null)
        {
            problems.Add(new Problem(
                "required", $"approved must be true or false, or approval_option one of {string.Join(", ", question.ApprovalOptions)}.",
                option.Length > 0 ? "/response_data/approval_option" : "/response_data/approved"));
        }
        else if (said is not null && byOption >= 0 && said != (byOption == 0))
        {
            problems.Add(new Problem("contradiction", "approved and approval_option say the opposite of one another.", "/response_data/approval_option"));
        }

        var reason = Reason(data, "reason", problems);
        if (question.ReasonRequired && reason.Length == 0)
        {
            problems.Add(new Problem("required", "This answer needs its reason.", "/response_data/reason"));
        }

        if (approved is not { } yes)
        {
            return null;
        }

        var name = question.ApprovalOptions[yes ? 0 : 1];
        var response = new JsonObject { ["approved"] = yes, ["approval_option"] = name, ["reason"] = reason };
        return Finish(yes ? "confirmed" : "rejected", data, new JsonObject { ["approval_response"] = response }, reason.Length > 0 ? reason : name, question);
    }

    private static void CheckEdit(Question question, JsonElement data, List<Problem> problems)
    {
        if (!question.AllowEdit && data.TryGetProperty("content", out _))
        {
            problems.Add(new Problem("not_editable", "The content of this question cannot be changed.", "/response_data/content"));
        }
    }
}
