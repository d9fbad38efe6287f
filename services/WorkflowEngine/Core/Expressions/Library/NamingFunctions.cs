using System.Globalization;
using System.Text;

namespace AiTeams.WorkflowEngine.Core.Expressions.Library;

/// <summary>The ways to write words as one name. Words end at anything but letters and digits, and where a capital follows a small letter.</summary>
internal static class NamingFunctions
{
    public static IReadOnlyList<Function> All { get; } =
    [
        Made("capitalize", static text => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..]),
        Made("titleCase", TitleCase, "toTitleCase"),
        Made("camelCase", static text => Camel(text, upperFirst: false), "toCamelCase"),
        Made("pascalCase", static text => Camel(text, upperFirst: true)),
        Made("snakeCase", static text => string.Join('_', Words(text)), "toSnakeCase"),
        Made("kebabCase", static text => string.Join('-', Words(text)), "slug"),
    ];

    /// <summary>Every word with a capital; what stands between the words stays.</summary>
    public static string TitleCase(string text)
    {
        var made = new StringBuilder(text.Length);
        var isInside = false;
        foreach (var letter in text)
        {
            made.Append(isInside ? char.ToLowerInvariant(letter) : char.ToUpperInvariant(letter));
            isInside = char.IsLetterOrDigit(letter) || (isInside && letter is '\'' or '’');
        }

        return made.ToString();
    }

    public static string Camel(string text, bool upperFirst) => string.Concat(Words(text).Select(
        (word, at) => at == 0 && !upperFirst ? word : char.ToUpperInvariant(word[0]) + word[1..]));

    /// <summary>In small letters, without accents' loss: <c>Größe</c> stays itself.</summary>
    public static IEnumerable<string> Words(string text)
    {
        var word = new StringBuilder();
        for (var at = 0; at < text.Length; at++)
        {
            var letter = text[at];
            var isPart = char.IsLetterOrDigit(letter) || CharUnicodeInfo.GetUnicodeCategory(letter) == UnicodeCategory.NonSpacingMark;
            var startsWord = char.IsUpper(letter) && at > 0
                && (char.IsLower(text[at - 1]) || char.IsDigit(text[at - 1]) || (char.IsUpper(text[at - 1]) && at + 1 < text.Length && char.IsLower(text[at + 1])));
            if ((!isPart || startsWord) && word.Length > 0)
            {
                yield return word.ToString();
                word.Clear();
            }

            if (isPart)
            {
                word.Append(char.ToLowerInvariant(letter));
            }
        }

        if (word.Length > 0)
        {
            yield return word.ToString();
        }
    }

    private static Function Made(string name, Func<string, string> make, params string[] aliases) => new(name, 1, 1, args =>
    {
        var text = args.Text(0);
        // Every word is a text of its own on the way.
        args.Evaluation.Spend(args.Position, text.Length);
        return args.Evaluation.Text(make(text), args.Position);
    })
    { Aliases = aliases };
}
