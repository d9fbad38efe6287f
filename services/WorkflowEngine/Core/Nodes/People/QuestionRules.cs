using System.Text.RegularExpressions;
using AiTeams.WorkflowEngine.Core.Data;
using AiTeams.WorkflowEngine.Core.Expressions;

namespace AiTeams.WorkflowEngine.Core.Nodes;

/// <summary>Rules between the parameters of a question that a table cannot say. What holds a placeholder or a template is looked at when it is rendered.</summary>
internal static partial class QuestionRules
{
    private static readonly string[] FieldTypes = ["text", "number", "email", "date", "select"];

    public static IEnumerable<(string Parameter, string Message)> Check(JsonData configuration, string channel, string type) =>
        [.. ForType(configuration, type), .. ForChannels(configuration, channel), .. ForTimeout(configuration), .. ForApprovers(configuration)];

    private static IEnumerable<(string, string)> ForType(JsonData configuration, string type) => type switch
    {
        "input" => configuration["input_fields"].IsArray ? configuration["input_fields"].Items.ToArray().SelectMany(ForField) : [],
        "selection" => ForSelection(configuration),
        "approval" when configuration["approval_options"] is { IsArray: true, Count: not 2 } =>
            [("approval_options", "An approval has two options, the one that approves first.")],
        _ => [],
    };

    private static IEnumerable<(string, string)> ForField(JsonData field, int at)
    {
        if (field["name"].Text is not { } name || !FieldName().IsMatch(name))
        {
            yield return ($"input_fields[{at}].name", "A field's name consists of letters, digits and underscores and does not begin with a digit.");
        }

        if (field["field_type"].Text is { } type && !FieldTypes.Contains(type))
        {
            yield return ($"input_fields[{at}].field_type", $"'{type}' is no type of field: {string.Join(", ", FieldTypes)}.");
        }

        if (field["field_type"].Text == "select" && field["options"].Count == 0)
        {
            yield return ($"input_fields[{at}].options", "A field to select from needs its options.");
        }
    }

    private static IEnumerable<(string, string)> ForSelection(JsonData configuration)
    {
        var options = configuration["selection_options"];
        if (options.Text is { } text && Template.IsTemplate(text))
        {
            yield break;
        }

        if (options.Count == 0)
        {
            yield return ("selection_options", "A selection needs options to choose from: {value, label, description} each.");
            yield break;
        }

        var values = options.Items.ToArray().Select(option => option.Text ?? option["value"].Text).ToArray();
        if (values.Any(string.IsNullOrEmpty))
        {
            yield return ("selection_options", "Every option needs a value.");
        }
        else if (values.Distinct().Count() != values.Length)
        {
            yield return ("selection_options", "Two options have the same value.");
        }
    }

    private static IEnumerable<(string, string)> ForChannels(JsonData configuration, string channel)
    {
        foreach (var name in QuestionBuilder.Texts(configuration["channels"]).Where(name => !QuestionChannels.All.Contains(name)))
        {
            yield return ("channels", $"'{name}' is no channel: {string.Join(", ", QuestionChannels.All)}.");
        }

        var names = QuestionChannels.Names(configuration, channel);
        foreach (var name in names)
        {
            var settings = QuestionChannels.SettingsOf(configuration, name, isFirst: name == names[0]);
            var missing = name switch
            {
                "slack" when settings["channel"].IsNull => "channel",
                "slack" when settings["bot_token"].IsNull => "bot_token",
                "email" when settings["to"].Count == 0 && settings["to"].Text is null => "to",
                "webhook" when settings["url"].IsNull => "url",
                "webhook" when settings["secret"].IsNull => "secret",
                _ => null,
            };
            if (missing is not null)
            {
                yield return ("channel_config", $"The channel {name} needs {name}.{missing}.");
            }
        }
    }

    private static IEnumerable<(string, string)> ForTimeout(JsonData configuration)
    {
        if (configuration["timeout_action"].Text == "default_response" && configuration["timeout_default_response"].Count == 0)
        {
            yield return ("timeout_default_response", "Going on as if answered needs the answer that is taken then.");
        }

        if (configuration["timeout_action"].Text == "escalate" && configuration["escalation"]["to"].Count == 0)
        {
            yield return ("escalation", "Asking others needs to know whom: escalation.to.");
        }
    }

    private static IEnumerable<(string, string)> ForApprovers(JsonData configuration)
    {
        var approvers = QuestionBuilder.Texts(configuration["approvers"]).Count + QuestionBuilder.Texts(configuration["reviewers"]).Count;
        if (configuration["required_answers"].TryGetInteger(out var required) && required > 1 && approvers < required)
        {
            yield return ("required_answers", $"{required} answers are wanted of {approvers} people: name them in approvers.");
        }
    }

    [GeneratedRegex("^[a-zA-Z_][a-zA-Z0-9_]*$", RegexOptions.NonBacktracking)]
    private static partial Regex FieldName();
}
