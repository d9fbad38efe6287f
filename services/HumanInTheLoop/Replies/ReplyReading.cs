using System.Text.Json;
using System.Text.Json.Nodes;
using AiTeams.HumanInTheLoop.Questions;
using AiTeams.HumanInTheLoop.Scoring;
using AiTeams.ServiceDefaults.Errors;
using Answer = AiTeams.HumanInTheLoop.Questions.Answer;
using Question = AiTeams.HumanInTheLoop.Scoring.Question;

namespace AiTeams.HumanInTheLoop.Replies;

/// <summary>From an interaction and a reply to what the scorer judges, and from its reading to an answer. Pure.</summary>
internal static class ReplyReading
{
    /// <summary>The question as the scorer sees it. Of a mail only those it was sent to may answer: a From header proves nothing to anybody else.</summary>
    public static Question QuestionOf(Candidate candidate, IReadOnlyList<Candidate> all)
    {
        var (interaction, asked) = (candidate.Interaction, candidate.Interaction.Question);
        var isMail = !candidate.Reference.Contains(':', StringComparison.Ordinal);
        var recipients = isMail ? all.Where(one => one.Interaction.Id == interaction.Id).Select(one => one.Recipient) : [];
        return new Question
        {
            Id = interaction.Id.ToString("D"),
            Type = Enum.TryParse<QuestionType>(asked.Type, ignoreCase: true, out var type) ? type : QuestionType.Approval,
            Title = asked.Title,
            Message = string.Join('\n', new[] { asked.Description, asked.Message }.Where(text => text.Length > 0)),
            Options = asked.Type switch
            {
                "approval" => [new Choice(asked.ApprovalOptions[0], asked.ApprovalOptions[0], true), new Choice(asked.ApprovalOptions[1], asked.ApprovalOptions[1], false)],
                "selection" => [.. asked.Options.Select(option => new Choice(option.Value, option.Label))],
                _ => [],
            },
            Fields = [.. asked.Fields.Select(field => new Scoring.InputField(field.Name, field.Label, field.Type, field.Required)
            {
                Options = [.. field.Options.Select(option => new Choice(option, option))], Min = (decimal?)field.Min, Max = (decimal?)field.Max,
            })],
            MultipleSelection = asked.Multiple,
            MinSelections = asked.MinSelections,
            MaxSelections = asked.MaxSelections,
            Approvers = [.. recipients],
            AskedAt = interaction.CreatedAt,
            TimeoutAt = interaction.TimeoutAt,
            Channel = isMail ? "email" : candidate.Reference[..candidate.Reference.IndexOf(':', StringComparison.Ordinal)],
            Thread = candidate.Reference,
            CorrelationId = interaction.CorrelationId,
        };
    }

    public static Reply ReplyOf(IncomingReply reply, IReadOnlyList<Candidate> candidates) => new()
    {
        Text = reply.Text,
        Sender = reply.Sender,
        Channel = reply.Place,
        Thread = candidates.FirstOrDefault(one => one.IsNamed)?.Reference ?? (reply.References.Count > 0 ? reply.References[0] : null),
        ReceivedAt = reply.ReceivedAt,
        AutoSubmitted = reply.AutoSubmitted,
        Precedence = reply.Precedence,
    };

    /// <summary>The answer a form would have given with the same meaning, or why it would not have been taken.</summary>
    public static (Answer? Answer, IReadOnlyList<Problem> Problems) AnswerOf(Questions.Question question, IncomingReply reply, Score score)
    {
        var (answer, problems) = AnswerCheck.Read(question, JsonSerializer.SerializeToElement(Data(question, reply, score.Reading)));
        return answer is null
            ? (null, problems)
            : (answer with { Text = reply.Text, Confidence = (double)score.Relevance, Reasoning = score.Reasoning }, problems);
    }

    /// <summary>What was understood, for asking back.</summary>
    public static string Understood(Questions.Question question, AnswerReading reading) => reading.Outcome switch
    {
        Outcome.Confirmed => question.Type == "approval" ? question.ApprovalOptions[0] : "yes",
        Outcome.Rejected => question.Type == "approval" ? question.ApprovalOptions[1] : "no",
        _ when reading.Selected.Count > 0 => string.Join(", ", reading.Selected),
        _ => string.Join(", ", reading.Values.Select(value => $"{value.Key} {value.Value}")),
    };

    private static JsonObject Data(Questions.Question question, IncomingReply reply, AnswerReading reading)
    {
        var data = new JsonObject { ["text"] = reply.Text };
        switch (question.Type)
        {
            case "input" when question.Fields.Count == 0:
                data["field_values"] = new JsonObject { ["answer"] = reply.Text };
                break;
            case "input":
                data["field_values"] = new JsonObject(reading.Values.Select(value => KeyValuePair.Create(value.Key, (JsonNode?)Node(value.Value))));
                break;
            case "selection":
                data["selected_values"] = new JsonArray([.. reading.Selected.Select(value => (JsonNode?)value)]);
                break;
            case "review":
                foreach (var (name, value) in reading.Values)
                {
                    data[name] = Node(value);
                }

                data["comments"] ??= reply.Text;
                if (reading.Outcome is Outcome.Confirmed or Outcome.Rejected)
                {
                    data["approved"] = reading.Outcome is Outcome.Confirmed;
                }

                break;
            default:
                (data["approved"], data["reason"]) = (reading.Outcome is Outcome.Confirmed, reading.Reason ?? reply.Text);
                break;
        }

        return data;
    }

    private static JsonValue Node(object value) => value is decimal number ? JsonValue.Create(number) : JsonValue.Create(Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture)!);
}
