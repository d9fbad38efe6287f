using System.Globalization;
using AiTeams.WorkflowEngine.Core.Data;

namespace AiTeams.WorkflowEngine.Core.Expressions.Library;

/// <summary>Texts. Whatever is no text is taken as it reads; lengths and places count UTF-16 units, as JavaScript does.</summary>
internal static class TextFunctions
{
    public static IReadOnlyList<Function> All { get; } =
    [
        new("len", 1, 1, static args => args[0] is { IsString: true } text ? text.Text!.Length : args[0].Count) { Aliases = ["length", "size"] },
        new("contains", 2, 2, static args => Contains(args, args[0], args[1])) { Aliases = ["includes"] },
        new("startswith", 2, 2, static args => args.Text(0).StartsWith(args.Text(1), StringComparison.Ordinal)),
        new("endswith", 2, 2, static args => args.Text(0).EndsWith(args.Text(1), StringComparison.Ordinal)),
        new("indexOf", 2, 2, static args => IndexOf(args)),
        Made("lower", static text => text.ToLowerInvariant(), "toLowerCase"),
        Made("upper", static text => text.ToUpperInvariant(), "toUpperCase"),
        Made("trim", static text => text.Trim()),
        Made("trimStart", static text => text.TrimStart()),
        Made("trimEnd", static text => text.TrimEnd()),
        new("padStart", 2, 3, static args => Pad(args, atStart: true)),
        new("padEnd", 2, 3, static args => Pad(args, atStart: false)),
        new("repeat", 2, 2, static args => Repeat(args)),
        new("replace", 3, 3, static args => Replace(args)) { Aliases = ["replaceAll"] },
        new("split", 1, 3, static args => Split(args)),
        new("lines", 1, 1, static args => Parts(args, args.Text(0).ReplaceLineEndings("\n"), "\n", ExpressionLimits.MaxItems + 1)),
        new("before", 2, 2, static args => args.Text(0) is var text && Place(text, args.Text(1)) is >= 0 and var at ? text[..at] : text),
        new("after", 2, 2, static args => args.Text(1) is var mark && args.Text(0) is var text && Place(text, mark) is >= 0 and var at ? text[(at + mark.Length)..] : ""),
        new("truncate", 2, 3, static args => Truncate(args.Text(0), args.Whole(1, 0, 0), args.Text(2, "…"))),
    ];

    public static string Reversed(string text)
    {
        // By what a person takes for one character, so that an accent stays on its letter.
        var parts = StringInfo.GetTextElementEnumerator(text);
        var letters = new List<string>(text.Length);
        while (parts.MoveNext())
        {
            letters.Add(parts.GetTextElement());
        }

        letters.Reverse();
        return string.Concat(letters);
    }

    public static string Truncate(string text, int length, string ellipsis) =>
        text.Length <= length ? text : string.Concat(text.AsSpan(0, Math.Max(0, length - ellipsis.Length)), ellipsis.AsSpan(0, Math.Min(length, ellipsis.Length)));

    public static JsonData Parts(Arguments args, string text, string separator, int limit)
    {
        var parts = new List<JsonData>();
        var begin = 0;
        args.Evaluation.SpendText(text.Length, args.Position);
        while (parts.Count < limit - 1)
        {
            var end = separator.Length == 0 ? (begin + 1 < text.Length ? begin + 1 : -1) : text.IndexOf(separator, begin, StringComparison.Ordinal);
            if (end < 0)
            {
                break;
            }

            // A text and its place in the list.
            args.Evaluation.SpendItems(2, args.Position);
            parts.Add(text[begin..end]);
            if (parts.Count > ExpressionLimits.MaxItems)
            {
                break;
            }

            begin = end + separator.Length;
        }

        parts.Add(text[begin..]);
        return args.List(parts);
    }

    private static Function Made(string name, Func<string, string> make, params string[] aliases) =>
        new(name, 1, 1, args => args.Evaluation.Text(make(args.Text(0)), args.Position)) { Aliases = aliases };

    private static int Place(string text, string mark) => text.IndexOf(mark, StringComparison.Ordinal);

    private static JsonData Contains(Arguments args, JsonData container, JsonData sought)
    {
        args.Evaluation.Spend(args.Position, container.Count + (container.Weight / 256));
        if (container.IsArray)
        {
            foreach (ref readonly var item in container.Items)
            {
                if (Values.LooselyEqual(item, sought))
                {
                    return true;
                }
            }

            return false;
        }

        return container.IsObject
            ? !Values.Step(container, args.Evaluation.Display(sought, args.Position)).IsMissing
            : args.Evaluation.Display(container, args.Position).Contains(args.Evaluation.Display(sought, args.Position), StringComparison.Ordinal);
    }

    private static JsonData IndexOf(Arguments args)
    {
        var (container, sought) = (args[0], args[1]);
        args.Evaluation.SpendWalk(container, args.Position);
        if (!container.IsArray)
        {
            return Place(args.Evaluation.Display(container, args.Position), args.Evaluation.Display(sought, args.Position));
        }

        for (var at = 0; at < container.Count; at++)
        {
            if (Values.LooselyEqual(container[at], sought))
            {
                return at;
            }
        }

        return -1;
    }

    private static JsonData Pad(Arguments args, bool atStart)
    {
        var text = args.Text(0);
        var length = args.Whole(1, 0, 0);
        var fill = args.Text(2, " ");
        if (text.Length >= length || fill.Length == 0)
        {
            return text;
        }

        args.Evaluation.SpendText(length, args.Position);
        var padding = string.Create(length - text.Length, fill, static (span, fill) =>
        {
            for (var at = 0; at < span.Length; at++)
            {
                span[at] = fill[at % fill.Length];
            }
        });
        return atStart ? padding + text : text + padding;
    }

    private static JsonData Repeat(Arguments args)
    {
        var text = args.Text(0);
        var times = args.Whole(1, 0, 0, ExpressionLimits.MaxTextLength + 1);
        args.Evaluation.SpendText((long)text.Length * times, args.Position);
        return string.Concat(Enumerable.Repeat(text, text.Length == 0 ? 0 : times));
    }

    private static JsonData Replace(Arguments args)
    {
        var (text, old, fresh) = (args.Text(0), args.Text(1), args.Text(2));
        if (old.Length == 0)
        {
            return text;
        }

        args.Evaluation.SpendText(text.Length, args.Position);
        if (fresh.Length > old.Length)
        {
            var count = 0L;
            for (var at = Place(text, old); at >= 0; at = text.IndexOf(old, at + old.Length, StringComparison.Ordinal))
            {
                count++;
            }

            args.Evaluation.SpendText(text.Length + (count * (fresh.Length - old.Length)), args.Position);
        }

        return text.Replace(old, fresh, StringComparison.Ordinal);
    }

    private static JsonData Split(Arguments args) =>
        Parts(args, args.Text(0), args.Text(1, ","), args.Whole(2, ExpressionLimits.MaxItems + 1, 1, ExpressionLimits.MaxItems + 1));
}
