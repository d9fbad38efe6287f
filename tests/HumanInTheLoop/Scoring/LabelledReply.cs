using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using AiTeams.HumanInTheLoop.Scoring;

namespace AiTeams.HumanInTheLoop.Tests.Scoring;

/// <summary>
/// A row of replies.tsv or replies.held-out.tsv: what somebody wrote, where, and what it should be understood as. Expected: none, confirmed, rejected
/// (with ";score=4/5" for a review), "name=value;…" for an input, "a,b" for a selection, "answer;score=B+" for a score without a verdict.
/// </summary>
internal sealed partial record LabelledReply(int Id, string Language, string Category, string QuestionKey, string Context, string Text, string Expected)
{
    public const string Person = "U1";
    private const string Us = "UBOT";
    private static readonly DateTimeOffset AskedAt = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);
    private static readonly Lazy<Dictionary<string, Question>> Questions = new(ReadQuestions);

    public bool IsAnswer => Expected != "none";

    public Question Question => Questions.Value[QuestionKey] with { Channel = IsMail ? "approvals@example.com" : "C1" };

    public Reply Reply => new()
    {
        Text = Text,
        Channel = Context == "elsewhere" ? "C2" : Question.Channel,
        Thread = Context.StartsWith("channel", StringComparison.Ordinal) || Context == "elsewhere" ? null : Question.Thread,
        Sender = Context.EndsWith("stranger", StringComparison.Ordinal) ? "U2" : Person,
        IsBot = Context.EndsWith("bot", StringComparison.Ordinal),
        AutoSubmitted = Context.EndsWith("auto", StringComparison.Ordinal) ? "auto-replied" : null,
        ReceivedAt = AskedAt.AddMinutes(20),
    };

    private bool IsMail => Context.StartsWith("mail", StringComparison.Ordinal);

    public static IReadOnlyList<LabelledReply> Read(string name)
    {
        using var reader = new StreamReader(typeof(LabelledReply).Assembly.GetManifestResourceStream("scoring/" + name)!);
        return [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(line => Row(line.Split('\t')))];
    }

    /// <summary>What was made of it, in the notation of the labels; "none" when it does not match.</summary>
    public static string Written(Score score)
    {
        var reading = score.Reading;
        if (score.Classification != Classification.Relevant)
        {
            return "none";
        }

        var points = reading.Values.TryGetValue("score", out var given) ? ";score=" + given : "";
        return reading.Outcome switch
        {
            Outcome.Confirmed => "confirmed" + points,
            Outcome.Rejected => "rejected" + points,
            Outcome.Answered when reading.Selected.Count > 0 => string.Join(',', reading.Selected),
            Outcome.Answered when points.Length > 0 => "answer" + points,
            Outcome.Answered => string.Join(';', reading.Values.Order(new ByName()).Select(value => $"{value.Key}={Plain(value.Value)}")),
            _ => "none",
        };
    }

    private static string Plain(object value) => value is decimal number ? number.ToString("0.####", CultureInfo.InvariantCulture) : (string)value;

    private static LabelledReply Row(string[] cells) => new(int.Parse(cells[0], CultureInfo.InvariantCulture), cells[1], cells[2], cells[3], cells[4], Unescaped(cells[5]), cells[6]);

    private static string Unescaped(string cell) => Escapes().Replace(cell, match => match.Value switch
    {
        @"\n" => "\n",
        @"\t" => "\t",
        var code => ((char)int.Parse(code[2..], NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToString(),
    });

    private static Dictionary<string, Question> ReadQuestions()
    {
        using var stream = typeof(LabelledReply).Assembly.GetManifestResourceStream("scoring/questions.json")!;
        var document = JsonDocument.Parse(stream).RootElement;
        return document.EnumerateObject().ToDictionary(one => one.Name, one => ToQuestion(one.Name, one.Value));
    }

    private static Question ToQuestion(string key, JsonElement json)
    {
        IReadOnlyList<Choice> Choices(JsonElement of) => of.TryGetProperty("options", out var options)
            ? [.. options.EnumerateArray().Select(option => new Choice(Said(option, "value"), Said(option, "label"), option.TryGetProperty("approves", out var yes) ? yes.GetBoolean() : null))]
            : [];
        decimal? Bound(JsonElement of, string name) => of.TryGetProperty(name, out var bound) ? bound.GetDecimal() : null;
        return new Question
        {
            Id = key,
            Type = Enum.Parse<QuestionType>(Said(json, "type"), ignoreCase: true),
            Title = Said(json, "title"),
            Message = Said(json, "message"),
            Options = Choices(json),
            MultipleSelection = json.TryGetProperty("multiple_selection", out _),
            Fields = json.TryGetProperty("fields", out var fields)
                ? [.. fields.EnumerateArray().Select(field => new InputField(Said(field, "name"), Said(field, "label"), Said(field, "field_type"), field.TryGetProperty("required", out _))
                {
                    Options = Choices(field), Min = Bound(field, "min"), Max = Bound(field, "max"),
                })]
                : [],
            Approvers = [Person],
            AskedBy = Us,
            AskedByName = "AI Teams",
            AskedAt = AskedAt,
            TimeoutAt = AskedAt.AddHours(1),
            Channel = "C1",
            Thread = "1741000000.000100",
        };
    }

    private static string Said(JsonElement of, string name) => of.GetProperty(name).GetString()!;

    [GeneratedRegex(@"\\(n|t|u[0-9a-f]{4})")]
    private static partial Regex Escapes();

    /// <summary>Fields as the labels list them: by the order of the name's first letter in the form.</summary>
    private sealed class ByName : IComparer<KeyValuePair<string, object>>
    {
        private static readonly string[] Order = ["amount", "name", "seats", "start", "note"];

        public int Compare(KeyValuePair<string, object> one, KeyValuePair<string, object> other) => Array.IndexOf(Order, one.Key).CompareTo(Array.IndexOf(Order, other.Key));
    }
}
