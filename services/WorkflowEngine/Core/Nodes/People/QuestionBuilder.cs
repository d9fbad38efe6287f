using AiTeams.WorkflowEngine.Core.Data;
using AiTeams.WorkflowEngine.Core.Definitions;

namespace AiTeams.WorkflowEngine.Core.Nodes;

/// <summary>Makes one question of the several ways in which the subtypes are configured (domain sections 3.6, 6.2 and 6.3).</summary>
internal static class QuestionBuilder
{
    public const double LongestWait = 30 * 86400;

    private const double UsualWait = 3600;
    private const double UsualReminder = 900;
    private const string ContentHole = "{{content}}";

    // Taken over as they are, when they are there.
    private static readonly string[] AsWritten =
    [
        "approval_options", "approval_reason_required", "allow_edit", "input_fields", "selection_options", "multiple_selection", "min_selections",
        "max_selections", "review_type", "review_criteria", "scoring_system", "score_range", "passing_threshold", "require_evidence", "allow_delegation",
        "requester_may_answer", "response_messages", "confirmation_messages", "timeout_default_response", "auto_thread", "auto_reply_enabled",
    ];

    public static Question Build(NodeContext node, string channel, string interactionType)
    {
        var configuration = node.Configuration;
        var deadline = node.StartedAt.AddSeconds(Seconds(configuration));
        var (action, timeoutAt, escalation) = Escalation(configuration, node.StartedAt, deadline);
        var channels = QuestionChannels.Of(configuration, channel);
        return new Question(
            TypeOf(configuration, interactionType), channels.First, configuration["priority"].Text ?? "normal", timeoutAt, action,
            Request(node, channels, deadline, action, escalation), channels.Secrets)
        {
            RemindAt = RemindAt(configuration, node.StartedAt, deadline),
            CorrelationId = Filled(configuration["correlation_id"]),
            Tags = Texts(configuration["tags"]),
            Assignees = [.. Texts(configuration["approvers"]).Concat(Texts(configuration["reviewers"])).Concat(Texts(channels.Settings["in_app"]["user_ids"]))
                .Select(text => Guid.TryParse(text, out var user) ? user : Guid.Empty).Where(user => user != Guid.Empty).Distinct()],
        };
    }

    /// <summary>confirmation is an approval by another name, and custom an input without fields.</summary>
    public static string TypeOf(JsonData configuration, string interactionType) => configuration["interaction_type"].Text switch
    {
        null or "" => interactionType,
        "confirmation" => "approval",
        "custom" => "input",
        var type => type,
    };

    /// <summary>What is to be looked at: the input of that name, or all that came in.</summary>
    public static JsonData ContentOf(NodeContext node) => node.Inputs["content"] is { IsMissing: false } content ? content : node.Json;

    public static string? Filled(JsonData value) => value.Text is { Length: > 0 } text ? text : null;

    public static IReadOnlyList<string> Texts(JsonData list) =>
        list.IsArray ? [.. list.Items.ToArray().Select(item => item.ToDisplayText()).Where(text => text.Length > 0)] : list.Text is { Length: > 0 } one ? [one] : [];

    private static JsonData Request(NodeContext node, QuestionChannels channels, DateTimeOffset deadline, string action, JsonData escalation)
    {
        var configuration = node.Configuration;
        var content = ContentOf(node);
        var request = new JsonObjectBuilder();
        request.Set("title", Filled(configuration["title"]) ?? Filled(configuration["review_title"]) ?? Filled(configuration["email_subject"]) ?? node.Node.Name);
        request.Set("description", Filled(configuration["description"]) ?? Filled(configuration["review_description"]) ?? "");
        request.Set("message", Message(configuration, content));
        request.Set("content", content.IsMissing ? JsonData.Null : content);
        request.Set("user_mention", node.Inputs["user_mention"].Text ?? "");
        foreach (var name in AsWritten)
        {
            if (configuration[name] is { IsNull: false } value)
            {
                request.Set(name, value);
            }
        }

        var approvers = Texts(configuration["approvers"]).Concat(Texts(configuration["reviewers"])).Distinct(StringComparer.OrdinalIgnoreCase).ToArray();
        request.Set("approvers", JsonData.Array(approvers.Select(approver => (JsonData)approver)));
        request.Set("required_answers", RequiredAnswers(configuration, approvers.Length));
        request.Set("timeout_action", action);
        request.Set("final_timeout_at", JsonData.Of(deadline));
        if (!escalation.IsMissing)
        {
            request.Set("escalation", escalation);
        }

        request.Set("channels", channels.Settings);
        request.Set("requester", node.Start.IsTest ? node.Start.UserId : "");
        request.Set("execution_id", node.Start.ExecutionId);
        request.Set("workflow_name", node.Workflow.Document.Metadata.Name);
        request.Set("node_name", node.Node.Name);
        return request.Build();
    }

    private static string Message(JsonData configuration, JsonData content)
    {
        var message = Filled(configuration["message"]) ?? Filled(configuration["clarification_question_template"])
            ?? Filled(configuration["email_template"]) ?? "";

        // Templates of the workflow are rendered by now; what is left is the default text of the specification.
        return message == Specs.ReviewQuestion ? message.Replace(ContentHole, content.IsNull ? "" : content.ToDisplayText(), StringComparison.Ordinal) : message;
    }

    private static long RequiredAnswers(JsonData configuration, int approvers) =>
        configuration["required_answers"].TryGetInteger(out var required) && required > 0 ? required
        : configuration["consensus_required"].IsTrue ? Math.Max(1, approvers)
        : 1;

    private static double Seconds(JsonData configuration)
    {
        var seconds = configuration["timeout_seconds"].TryGetNumber(out var exactly) ? exactly
            : configuration["timeout_minutes"].TryGetNumber(out var minutes) ? minutes * 60
            : configuration["response_timeout"].TryGetNumber(out var response) ? response
            : configuration["review_deadline"].TryGetNumber(out var review) ? review
            : UsualWait;
        return Math.Clamp(seconds, 1, LongestWait);
    }

    private static DateTimeOffset? RemindAt(JsonData configuration, DateTimeOffset started, DateTimeOffset deadline)
    {
        var before = configuration["remind_seconds_before"].TryGetNumber(out var seconds) ? Math.Clamp(seconds, 0, LongestWait) : UsualReminder;

        // One that would come with the question itself reminds nobody.
        return before > 0 && deadline.AddSeconds(-before) is var at && at > started ? at : null;
    }

    /// <summary>Others are asked when nobody has answered for a while, and then there is time until the end.</summary>
    private static (string Action, DateTimeOffset At, JsonData Escalation) Escalation(JsonData configuration, DateTimeOffset started, DateTimeOffset deadline)
    {
        var action = configuration["timeout_action"].Text ?? "fail";
        var rules = configuration["escalation_rules"];
        var isByRules = action != "escalate" && rules["enable_escalation"].IsTrue && rules["escalation_recipients"].Count > 0;
        if (action != "escalate" && !isByRules)
        {
            return (action, deadline, default);
        }

        var settings = configuration["escalation"];
        var to = isByRules ? rules["escalation_recipients"] : settings["to"];
        var then = isByRules ? action : Filled(settings["then"]) ?? "fail";
        var after = isByRules && rules["escalation_after_hours"].TryGetNumber(out var hours) ? started.AddHours(Math.Clamp(hours, 0, LongestWait / 3600)) : deadline;
        var extra = settings["timeout_seconds"].TryGetNumber(out var seconds) ? Math.Clamp(seconds, 1, LongestWait) : Math.Max(60, (deadline - started).TotalSeconds);
        var end = after < deadline ? deadline : deadline.AddSeconds(extra);
        return ("escalate", after < deadline ? after : deadline, JsonData.Object(("to", to), ("then", then), ("until", JsonData.Of(end))));
    }
}
