using AiTeams.HumanInTheLoop.Scoring.Text;

namespace AiTeams.HumanInTheLoop.Scoring;

/// <summary>Reads the fields of a form out of a text: "name: value", one per line or parted by ";" and ",", or a lone value where one field is asked for.</summary>
internal static class ReadInput
{
    private const int LongestLabel = 100;
    private const double OtherWords = 0.7;

    public static AnswerReading Of(Question question, ReplyText text, Utterance said)
    {
        var values = new Dictionary<string, object>();
        var broken = new List<string>();
        foreach (var (field, written) in Labelled(question.Fields, text.Own))
        {
            if (FieldValue.Read(field, written) is { } value)
            {
                values[field.Name] = value;
            }
            else
            {
                broken.Add(field.Name);
            }
        }

        var labelled = values.Count + broken.Count;
        AnswerReading Neither(Outcome outcome, string why) => new(outcome, why) { HasKeyword = labelled > 0, AboutIt = labelled > 0 ? 1 : AboutIt(said), Purity = 0.9 };
        if (labelled == 0)
        {
            if (Lone(question.Fields) is not { } only)
            {
                return Neither(Outcome.None, "It fills in none of the fields.");
            }

            if (said.Clauses.Any(clause => clause.IsAsked || clause.Pieces[0].Is(WordClass.Ask)) || said.Has(WordClass.Maybe | WordClass.If | WordClass.Joke | WordClass.Other | WordClass.Not))
            {
                return Neither(Outcome.Unclear, "It asks, hesitates or speaks of something else.");
            }

            if (LoneValue(only, text, said) is not { } value)
            {
                return Neither(Outcome.None, $"It holds no value for {only.Label}.");
            }

            values[only.Name] = value;
        }

        var missing = question.Fields.Where(field => field.Required && !values.ContainsKey(field.Name)).Select(field => field.Label).ToList();
        if (missing.Count > 0 || broken.Count > 0)
        {
            return Neither(Outcome.Unclear, broken.Count > 0 ? $"What is given for {string.Join(", ", broken)} does not fit." : $"It lacks {string.Join(", ", missing)}.");
        }

        return new AnswerReading(Outcome.Answered, "It gives what was asked for.") { HasKeyword = true, AboutIt = 1, Values = values, Purity = labelled > 0 ? 1 : 0.9 };
    }

    /// <summary>The field a value without a name must belong to: the only one, or the only one required.</summary>
    private static InputField? Lone(IReadOnlyList<InputField> fields) =>
        fields.Count == 1 ? fields[0] : fields.Where(field => field.Required).ToList() is [var only] ? only : null;

    /// <summary>In a text about something else a number is no answer: "Meeting at 3".</summary>
    private static object? LoneValue(InputField field, ReplyText text, Utterance said)
    {
        if (field.FieldType is "number" && (IsTime(said) || said.Has(WordClass.But)))
        {
            return null;
        }

        var unknown = said.Pieces.Count(piece => piece.IsUnknown);
        return field.FieldType is "number" or "select" && unknown > 3 && unknown > OtherWords * said.Pieces.Count() ? null : FieldValue.Read(field, text.Own);
    }

    /// <summary>"at 3", "um 3": a small number behind such a word, beside a word nobody knows.</summary>
    private static bool IsTime(Utterance said) =>
        said.Clauses.Any(clause => clause.Pieces.Zip(clause.Pieces.Skip(1)).Any(pair => pair.First.Text is "at" or "um" or "@" or "a las" or "alle" && pair.Second is { IsNumber: true, Text.Length: <= 2 }));

    private static double AboutIt(Utterance said)
    {
        var telling = said.Pieces.Where(piece => piece.Class != WordClass.Filler).ToList();
        return telling.Count == 0 ? 0 : (double)telling.Count(piece => piece.IsNumber || piece.Is(WordClass.Topic)) / telling.Count;
    }

    private static IEnumerable<(InputField Field, string Written)> Labelled(IReadOnlyList<InputField> fields, string own)
    {
        var names = fields.SelectMany(field => new[] { (Key: Folding.Fold(field.Name), field), (Key: Folding.Fold(field.Label), field) })
            .DistinctBy(one => one.Key).ToDictionary(one => one.Key, one => one.field);
        (InputField Field, string Written)? open = null;
        foreach (var part in own.Split('\n', ';').SelectMany(line => Parts(line, names)))
        {
            if (Label(part, names) is { } found)
            {
                if (open is { } before)
                {
                    yield return before;
                }

                open = found;
            }
        }

        if (open is { } last)
        {
            yield return last;
        }
    }

    /// <summary>A line's parts at the commas behind which another field begins.</summary>
    private static IEnumerable<string> Parts(string line, Dictionary<string, InputField> names)
    {
        var start = 0;
        for (var comma = line.IndexOf(','); comma >= 0; comma = line.IndexOf(',', comma + 1))
        {
            var rest = line.AsSpan(comma + 1);
            if (Label(rest[..Math.Min(rest.Length, LongestLabel)].ToString(), names) is not null)
            {
                yield return line[start..comma];
                start = comma + 1;
            }
        }

        yield return line[start..];
    }

    /// <summary>The field whose name or label stands before the first ":", "=" or " - ".</summary>
    private static (InputField Field, string Written)? Label(string part, Dictionary<string, InputField> names)
    {
        var text = part.TrimStart(' ', '-', '*', '•', '\t');
        var head = text.AsSpan(0, Math.Min(text.Length, LongestLabel));
        var dash = head.IndexOf(" - ");
        var mark = head.IndexOfAny(':', '=', '：');
        var (end, length) = mark >= 0 && (dash < 0 || mark < dash) ? (mark, 1) : (dash, 3);
        return end > 0 && names.TryGetValue(Folding.Fold(text[..end].Trim()), out var field) ? (field, text[(end + length)..].Trim()) : null;
    }
}
