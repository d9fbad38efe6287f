using System.Text.Json;
using System.Text.Json.Nodes;
using AiTeams.ServiceDefaults.Errors;
using static AiTeams.HumanInTheLoop.Questions.QuestionReader;

namespace AiTeams.HumanInTheLoop.Questions;

/// <summary>Answers to a review: a judgement by the review's scoring, which passes or does not, and comments.</summary>
internal static class ReviewAnswers
{
    private static readonly string[] Grades = ["A+", "A", "A-", "B+", "B", "B-", "C+", "C", "C-", "D+", "D", "D-", "F"];

    // The last grade that passes.
    private const string LastPassing = "C-";

    public static Answer? Read(Question question, JsonElement data, List<Problem> problems)
    {
        var comments = AnswerCheck.Reason(data, "comments", problems);
        if (question.EvidenceRequired && comments.Length == 0)
        {
            problems.Add(new Problem("required", "A judgement needs its reason: comments.", "/response_data/comments"));
        }

        var (passed, score) = question.Scoring switch
        {
            "numeric_scale" => Numeric(question, data, problems),
            "letter_grade" => Grade(data, problems),
            "checklist" => Checklist(question, data, problems),
            _ => (Passed(data, problems), null),
        };
        if (passed is not { } isPassed)
        {
            return null;
        }

        var response = new JsonObject { ["approved"] = isPassed, ["score"] = score, ["comments"] = comments };
        return AnswerCheck.Finish(
            isPassed ? "confirmed" : "rejected", data, new JsonObject { ["review_response"] = response },
            comments.Length > 0 ? comments : isPassed ? "passed" : "not passed", question);
    }

    private static bool? Passed(JsonElement data, List<Problem> problems)
    {
        foreach (var name in (string[])["approved", "passed"])
        {
            if (Part(data, name) is { ValueKind: JsonValueKind.True or JsonValueKind.False } said)
            {
                return said.ValueKind == JsonValueKind.True;
            }
        }

        problems.Add(new Problem("required", "approved must be true or false.", "/response_data/approved"));
        return null;
    }

    private static (bool?, JsonNode?) Numeric(Question question, JsonElement data, List<Problem> problems)
    {
        if (Number(data, "score") is { } score && score >= question.ScoreMin && score <= question.ScoreMax)
        {
            return (score >= question.PassingThreshold, JsonValue.Create(score));
        }

        problems.Add(new Problem("invalid_value", $"score must be a number from {question.ScoreMin} to {question.ScoreMax}.", "/response_data/score"));
        return (null, null);
    }

    private static (bool?, JsonNode?) Grade(JsonElement data, List<Problem> problems)
    {
        var at = Array.IndexOf(Grades, Text(data, "score").Trim().ToUpperInvariant());
        if (at >= 0)
        {
            return (at <= Array.IndexOf(Grades, LastPassing), JsonValue.Create(Grades[at]));
        }

        problems.Add(new Problem("invalid_value", $"score must be a grade: {string.Join(", ", Grades)}.", "/response_data/score"));
        return (null, null);
    }

    private static (bool?, JsonNode?) Checklist(Question question, JsonElement data, List<Problem> problems)
    {
        var given = Part(data, "criteria") ?? default;
        var marks = new JsonObject();
        foreach (var criterion in question.Criteria)
        {
            if (Part(given, criterion) is { ValueKind: JsonValueKind.True or JsonValueKind.False } mark)
            {
                marks[criterion] = mark.ValueKind == JsonValueKind.True;
            }
            else
            {
                problems.Add(new Problem("required", $"'{criterion}' must be true or false.", JsonPointer.Append("/response_data/criteria", criterion)));
            }
        }

        return marks.Count == question.Criteria.Count ? (marks.All(mark => mark.Value!.GetValue<bool>()), marks) : (null, null);
    }
}
