using System.Globalization;
using System.Text;
using System.Text.Json;
using AiTeams.HumanInTheLoop.Questions;
using AiTeams.ServiceDefaults.Errors;
using static AiTeams.HumanInTheLoop.Links.PageHtml;

namespace AiTeams.HumanInTheLoop.Links;

/// <summary>A question as a form. What was filled in and is not valid yet stays filled in.</summary>
internal static class QuestionForm
{
    private static readonly string[] Grades = ["", "A+", "A", "A-", "B+", "B", "B-", "C+", "C", "C-", "D+", "D", "D-", "F"];

    /// <param name="question">What is asked.</param>
    /// <param name="timeoutAt">Until when.</param>
    /// <param name="filled">What was sent before; null at the first look.</param>
    /// <param name="problems">What was wrong with it.</param>
    public static string Render(Question question, DateTimeOffset timeoutAt, IFormCollection? filled, IReadOnlyList<Problem> problems)
    {
        var html = new StringBuilder();
        html.Append(CultureInfo.InvariantCulture, $"<p class=\"about\">{Text(question.WorkflowName)} · answer by <time datetime=\"{timeoutAt.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}\">")
            .Append(CultureInfo.InvariantCulture, $"{timeoutAt.UtcDateTime:yyyy-MM-dd HH:mm} UTC</time></p>\n<h1>{Text(question.Title)}</h1>\n");
        Problems(html, problems);
        Paragraph(html, question.Description);
        Paragraph(html, question.Message);
        if (question.Content is { } content && !question.AllowEdit)
        {
            html.Append(CultureInfo.InvariantCulture, $"<div class=\"content\" tabindex=\"0\" role=\"region\" aria-label=\"What this is about\">{Text(Shown(content))}</div>\n");
        }

        html.Append("<form method=\"post\" accept-charset=\"utf-8\">\n");
        if (question.AllowEdit)
        {
            var shown = filled is null ? question.Content is { } given ? Shown(given) : "" : filled["content"].ToString();
            html.Append(CultureInfo.InvariantCulture, $"<div><label for=\"content\">You may change this before you answer</label><textarea id=\"content\" name=\"content\" rows=\"8\">\n{Text(shown)}</textarea></div>\n");
        }

        Fields(html, question, filled);
        html.Append("<details><summary>This question is not for me</summary><p><button class=\"quiet\" name=\"choice\" value=\"unrelated\" formnovalidate>Say that it is not for me</button></p></details>\n</form>\n");
        return html.ToString();
    }

    private static void Fields(StringBuilder html, Question question, IFormCollection? filled)
    {
        switch (question.Type)
        {
            case "approval":
                Area(html, "reason", question.ReasonRequired ? "Reason" : "Reason (optional)", filled, question.ReasonRequired);
                Buttons(html, question.ApprovalOptions[0], question.ApprovalOptions[1]);
                break;
            case "input":
                foreach (var field in question.Fields.DefaultIfEmpty(new InputField("answer", "Answer", "text", true, [], null, null, null, "")))
                {
                    Input(html, field, filled);
                }

                Area(html, "additional_notes", "Notes (optional)", filled, isRequired: false);
                Button(html, "Send");
                break;
            case "selection":
                Selection(html, question, filled);
                Button(html, "Send");
                break;
            default:
                Review(html, question, filled);
                break;
        }
    }

    private static void Selection(StringBuilder html, Question question, IFormCollection? filled)
    {
        var chosen = filled?["selected"].ToArray() ?? [];
        var legend = question.Multiple ? $"Choose {question.MinSelections} to {question.MaxSelections}" : "Choose one";
        html.Append(CultureInfo.InvariantCulture, $"<fieldset><legend>{legend}</legend>\n");
        foreach (var option in question.Options)
        {
            var mark = chosen.Contains(option.Value) ? " checked" : "";
            html.Append(CultureInfo.InvariantCulture, $"<label class=\"choice\"><input type=\"{(question.Multiple ? "checkbox" : "radio")}\" name=\"selected\" value=\"{Text(option.Value)}\"{mark}>")
                .Append(CultureInfo.InvariantCulture, $"<span>{Text(option.Label)}{(option.Description.Length > 0 ? $"<br><span class=\"hint\">{Text(option.Description)}</span>" : "")}</span></label>\n");
        }

        html.Append("</fieldset>\n");
    }

    private static void Review(StringBuilder html, Question question, IFormCollection? filled)
    {
        var isChecklist = question.Scoring == "checklist";
        if (question.Criteria.Count > 0)
        {
            html.Append("<fieldset><legend>What is looked at</legend>\n");
            for (var at = 0; at < question.Criteria.Count; at++)
            {
                html.Append(isChecklist
                    ? $"<label class=\"choice\"><input type=\"checkbox\" name=\"{FormAnswer.CriterionPrefix}{at}\"{(filled?.ContainsKey($"{FormAnswer.CriterionPrefix}{at}") == true ? " checked" : "")}><span>{Text(question.Criteria[at])}</span></label>\n"
                    : $"<p>{Text(question.Criteria[at])}</p>\n");
            }

            html.Append("</fieldset>\n");
        }

        if (question.Scoring == "numeric_scale")
        {
            Input(html, new InputField("score", $"Score, {Number(question.ScoreMin)} to {Number(question.ScoreMax)}", "number", true, [], question.ScoreMin, question.ScoreMax, null, ""), filled, "score");
        }
        else if (question.Scoring == "letter_grade")
        {
            Input(html, new InputField("score", "Grade", "select", true, Grades, null, null, null, ""), filled, "score");
        }

        Area(html, "comments", question.EvidenceRequired ? "Comments" : "Comments (optional)", filled, question.EvidenceRequired);
        if (question.Scoring is "numeric_scale" or "letter_grade" or "checklist")
        {
            Button(html, "Send");
        }
        else
        {
            Buttons(html, "pass", "fail");
        }
    }

    private static void Input(StringBuilder html, InputField field, IFormCollection? filled, string? name = null)
    {
        name ??= FormAnswer.FieldPrefix + field.Name;
        var (id, value, required) = ($"f-{field.Name}", filled?[name].ToString() ?? "", field.Required ? " required" : "");
        html.Append(CultureInfo.InvariantCulture, $"<div><label for=\"{Text(id)}\">{Text(field.Label)}{(field.Required ? "" : " <span class=\"hint\">(optional)</span>")}</label>");
        if (field.Type == "select")
        {
            html.Append(CultureInfo.InvariantCulture, $"<select id=\"{Text(id)}\" name=\"{Text(name)}\"{required}>");
            foreach (var option in field.Options.Contains("") ? field.Options : field.Options.Prepend(""))
            {
                html.Append(CultureInfo.InvariantCulture, $"<option value=\"{Text(option)}\"{(option == value ? " selected" : "")}>{Text(option.Length > 0 ? option : "–")}</option>");
            }

            html.Append("</select></div>\n");
            return;
        }

        var type = field.Type is "number" or "email" or "date" ? field.Type : "text";
        var limits = type == "number" ? $" step=\"any\"{Limit("min", field.Min)}{Limit("max", field.Max)}" : type == "text" ? $"{Limit("minlength", field.Min)}{Limit("maxlength", field.Max)}" : "";
        html.Append(CultureInfo.InvariantCulture, $"<input id=\"{Text(id)}\" name=\"{Text(name)}\" type=\"{type}\" value=\"{Text(value)}\" placeholder=\"{Text(field.Placeholder)}\"{limits}{required}></div>\n");
    }

    private static void Area(StringBuilder html, string name, string label, IFormCollection? filled, bool isRequired) => html.Append(
        CultureInfo.InvariantCulture,
        $"<div><label for=\"{name}\">{label}</label><textarea id=\"{name}\" name=\"{name}\" maxlength=\"{AnswerCheck.LongestText}\"{(isRequired ? " required" : "")}>\n{Text(filled?[name].ToString())}</textarea></div>\n");

    private static void Buttons(StringBuilder html, string yes, string no) => html.Append(
        CultureInfo.InvariantCulture,
        $"<div class=\"buttons\"><button class=\"yes\" name=\"choice\" value=\"approve\">{Text(yes)}</button><button class=\"no\" name=\"choice\" value=\"reject\">{Text(no)}</button></div>\n");

    private static void Button(StringBuilder html, string label) =>
        html.Append(CultureInfo.InvariantCulture, $"<div class=\"buttons\"><button class=\"yes\" name=\"choice\" value=\"send\">{label}</button></div>\n");

    private static void Problems(StringBuilder html, IReadOnlyList<Problem> problems)
    {
        if (problems.Count > 0)
        {
            html.Append("<div class=\"problems\" role=\"alert\" tabindex=\"-1\"><p>Not sent yet:</p><ul>")
                .AppendJoin("", problems.Select(problem => $"<li>{Text(problem.Message)}</li>")).Append("</ul></div>\n");
        }
    }

    private static void Paragraph(StringBuilder html, string text)
    {
        if (text.Length > 0)
        {
            html.Append(CultureInfo.InvariantCulture, $"<p class=\"message\">{Text(text)}</p>\n");
        }
    }

    /// <summary>Content as people read it: text as it is, everything else as indented JSON.</summary>
    public static string Shown(JsonElement content) =>
        content.ValueKind == JsonValueKind.String ? content.GetString()! : JsonSerializer.Serialize(content, Indented);

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static string Limit(string name, double? limit) => limit is { } value ? $" {name}=\"{Number(value)}\"" : "";

    private static string Number(double value) => value.ToString(CultureInfo.InvariantCulture);
}
