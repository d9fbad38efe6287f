using System.Globalization;
using System.Text.Json;

namespace AiTeams.HumanInTheLoop.Questions;

/// <summary>Reads request_data. What is missing, or is not what it should be, is as if it had not been said: a question must stay answerable.</summary>
internal static class QuestionReader
{
    public static Question Read(string type, JsonElement data)
    {
        var isMultiple = Flag(data, "multiple_selection", false);
        var options = Items(data, "selection_options").Select(Option).Where(option => option.Value.Length > 0).ToArray();
        return new Question
        {
            Type = type,
            Title = Text(data, "title"),
            Description = Text(data, "description"),
            Message = Text(data, "message"),
            Content = Part(data, "content"),
            ApprovalOptions = Texts(data, "approval_options") is { Count: 2 } two ? two : ["approve", "reject"],
            ReasonRequired = Flag(data, "approval_reason_required", false),
            AllowEdit = Flag(data, "allow_edit", false),
            Fields = [.. Items(data, "input_fields").Select(Field).Where(field => field.Name.Length > 0)],
            Options = options,
            Multiple = isMultiple,
            MinSelections = (int)(Number(data, "min_selections") ?? 1),
            MaxSelections = isMultiple ? (int)(Number(data, "max_selections") ?? options.Length) : 1,
            Criteria = Texts(data, "review_criteria"),
            Scoring = Text(data, "scoring_system", "pass_fail"),
            ScoreMin = Part(data, "score_range") is { } low ? Number(low, "min") ?? 1 : 1,
            ScoreMax = Part(data, "score_range") is { } high ? Number(high, "max") ?? 5 : 5,
            PassingThreshold = Number(data, "passing_threshold") ?? 3,
            EvidenceRequired = Flag(data, "require_evidence", false),
            Approvers = Texts(data, "approvers"),
            RequiredAnswers = Math.Max(1, (int)(Number(data, "required_answers") ?? 1)),
            RequesterMayAnswer = Flag(data, "requester_may_answer", true),
            Requester = Text(data, "requester"),
            AllowDelegation = Flag(data, "allow_delegation", true),
            Escalation = Part(data, "escalation") is { } escalation ? Escalated(escalation) : null,
            DefaultResponse = Part(data, "timeout_default_response"),
            Channels = Part(data, "channels") ?? default,
            Messages = Part(data, "response_messages") ?? Part(data, "confirmation_messages"),
            WorkflowName = Text(data, "workflow_name"),
            NodeName = Text(data, "node_name"),
            ExecutionId = Text(data, "execution_id"),
        };
    }

    /// <summary>A field that is there and not null.</summary>
    public static JsonElement? Part(JsonElement data, string name) =>
        data.ValueKind == JsonValueKind.Object && data.TryGetProperty(name, out var value) && value.ValueKind is not (JsonValueKind.Null or JsonValueKind.Undefined)
            ? value
            : null;

    public static string Text(JsonElement data, string name, string otherwise = "") =>
        Part(data, name) is { ValueKind: JsonValueKind.String } text ? text.GetString()! : otherwise;

    public static IReadOnlyList<string> Texts(JsonElement data, string name) => Part(data, name) switch
    {
        { ValueKind: JsonValueKind.Array } list => [.. list.EnumerateArray().Select(Display).Where(text => text.Length > 0)],
        { ValueKind: JsonValueKind.String } one => one.GetString() is { Length: > 0 } text ? [text] : [],
        _ => [],
    };

    public static bool Flag(JsonElement data, string name, bool otherwise) => Part(data, name)?.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => otherwise,
    };

    public static double? Number(JsonElement data, string name) =>
        Part(data, name) is { ValueKind: JsonValueKind.Number } number && number.TryGetDouble(out var value) ? value : null;

    /// <summary>A value as people read it: a text as it is, anything else as JSON.</summary>
    public static string Display(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();

    private static JsonElement.ArrayEnumerator Items(JsonElement data, string name) =>
        Part(data, name) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : default;

    private static InputField Field(JsonElement field)
    {
        var validation = Part(field, "validation") ?? default;
        var name = Text(field, "name");
        return new InputField(
            name, Text(field, "label", name), Text(field, "field_type", "text"), Flag(field, "required", false), Texts(field, "options"),
            Number(validation, "min"), Number(validation, "max"), Part(validation, "pattern") is { ValueKind: JsonValueKind.String } pattern ? pattern.GetString() : null,
            Text(field, "placeholder"));
    }

    private static SelectionOption Option(JsonElement option)
    {
        if (option.ValueKind != JsonValueKind.Object)
        {
            var text = Display(option);
            return new(text, text, "");
        }

        var value = Part(option, "value") is { } given ? Display(given) : "";
        return new(value, Text(option, "label", value), Text(option, "description"));
    }

    private static Escalation? Escalated(JsonElement data) =>
        DateTimeOffset.TryParse(Text(data, "until"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var until)
            ? new(Texts(data, "to"), Text(data, "then", "fail"), until)
            : null;
}
