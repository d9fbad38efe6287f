using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using AiTeams.HumanInTheLoop.Questions;
using AiTeams.ServiceDefaults.Database;
using Npgsql;

namespace AiTeams.HumanInTheLoop.Delivering;

/// <summary>What a message says.</summary>
/// <param name="Subject">A single line.</param>
/// <param name="Body">Plain text, or Slack's mrkdwn with every value escaped.</param>
internal sealed record MessageText(string Subject, string Body);

/// <summary>The wording of messages: the node's own for the occasion, else the product's template.</summary>
internal sealed partial class MessageTexts(NpgsqlDataSource database)
{
    private const string Find = """
        SELECT coalesce(subject_template, ''), body_template FROM hil_message_templates WHERE template_name = 'default' AND channel_type = $1 AND message_type = $2
        """;

    private const int LongestSubject = 200;
    private const int LongestContent = 2_000;

    public async Task<MessageText> RenderAsync(Delivery delivery, string answerUrl, CancellationToken cancellationToken)
    {
        var (subject, body) = await FindAsync(delivery, cancellationToken);
        return Render(delivery, subject, body, answerUrl);
    }

    /// <summary>Pure: fills in and escapes.</summary>
    public static MessageText Render(Delivery delivery, string subject, string body, string answerUrl)
    {
        var question = delivery.Interaction.Question;
        var own = question.Messages is { } messages && !delivery.PutsTheQuestion ? QuestionReader.Text(messages, delivery.Occasion) : "";
        var values = Values(delivery, answerUrl);
        Func<string, string> escape = delivery.Channel == "slack" ? SlackText.Escape : text => text;
        var filled = Fill(own.Length > 0 ? own : body, values, escape);
        // Only e-mail has a subject; everywhere else the title is what a notification shows.
        var line = Line(Fill(SubjectOf(delivery) ?? (subject.Length > 0 ? subject : "{{title}}"), values, text => text));
        return new MessageText(line.Length > 0 ? line : "A question", Gaps().Replace(filled.ReplaceLineEndings("\n"), "\n\n").Trim());
    }

    private static string? SubjectOf(Delivery delivery) =>
        delivery.PutsTheQuestion && QuestionReader.Text(Asking.Recipients.Settings(delivery.Interaction.Question, "email"), "subject") is { Length: > 0 } own ? own : null;

    private static Dictionary<string, string> Values(Delivery delivery, string answerUrl)
    {
        var interaction = delivery.Interaction;
        var question = interaction.Question;
        var values = new Dictionary<string, string>
        {
            ["title"] = question.Title,
            ["description"] = question.Description,
            ["message"] = question.Message,
            ["content"] = question.Content is { } content ? Short(QuestionReader.Display(content)) : "",
            ["answer_url"] = answerUrl,
            ["timeout_at"] = interaction.TimeoutAt.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture),
            ["timeout_action"] = interaction.TimeoutAction switch
            {
                "continue" => "the run goes on without an answer.",
                "default_response" => "the run goes on with the default answer.",
                _ => "the run stops here.",
            },
            ["workflow_name"] = question.WorkflowName,
            ["node_name"] = question.NodeName,
            ["priority"] = interaction.Priority,
            ["responder"] = "somebody",
            ["reason"] = "",
        };
        if (delivery.Variables.ValueKind == JsonValueKind.Object)
        {
            foreach (var variable in delivery.Variables.EnumerateObject().Where(variable => variable.Value.ValueKind != JsonValueKind.Null))
            {
                values[variable.Name] = QuestionReader.Display(variable.Value);
            }
        }

        return values;
    }

    // A name that stands for nothing stays as it is: it may be text.
    private static string Fill(string template, Dictionary<string, string> values, Func<string, string> escape) =>
        Placeholder().Replace(template, match => values.TryGetValue(match.Groups[1].Value, out var value) ? escape(value) : match.Value);

    private static string Line(string text)
    {
        var line = string.Concat(text.Select(letter => char.IsControl(letter) ? ' ' : letter)).Trim();
        return line.Length <= LongestSubject ? line : $"{line[..(LongestSubject - 1)]}…";
    }

    private static string Short(string text) => text.Length <= LongestContent ? text : $"{text[..(LongestContent - 1)]}…";

    private async Task<(string Subject, string Body)> FindAsync(Delivery delivery, CancellationToken cancellationToken)
    {
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(Statement.Of(Find, Statement.Text(delivery.Channel), Statement.Text(delivery.Occasion)));
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? (reader.GetString(0), reader.GetString(1)) : ("{{title}}", "{{title}}\n\n{{message}}");
    }

    [GeneratedRegex(@"\{\{\s*(\w+)\s*\}\}")]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"\n\s*\n(\s*\n)+")]
    private static partial Regex Gaps();
}
