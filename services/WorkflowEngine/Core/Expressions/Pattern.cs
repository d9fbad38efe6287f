using System.Text;
using System.Text.RegularExpressions;
using AiTeams.WorkflowEngine.Core.Data;

namespace AiTeams.WorkflowEngine.Core.Expressions;

/// <summary>
/// A regular expression that matches in time linear in the text (no look-around, no back-references) and is given up after
/// <see cref="ExpressionLimits.MatchTimeout"/> all the same.
/// </summary>
public sealed class Pattern
{
    // Building the automaton costs far more than an operation.
    private const int BuildingSteps = 2000;

    private readonly string _pattern;
    private readonly Regex _sensitive;
    private Regex? _insensitive;

    private Pattern(string pattern)
    {
        _pattern = pattern;
        _sensitive = Build(pattern, RegexOptions.None);
    }

    /// <exception cref="ExpressionException">The pattern is malformed, too long or needs what linear matching cannot do.</exception>
    public static Pattern Compile(string pattern, int position = 0)
    {
        if (pattern.Length > ExpressionLimits.MaxPatternLength)
        {
            throw new ExpressionException($"A pattern may have at most {ExpressionLimits.MaxPatternLength} characters.", position);
        }

        try
        {
            return new Pattern(pattern);
        }
        catch (ArgumentException exception)
        {
            throw new ExpressionException($"The pattern is malformed: {exception.Message}", position);
        }
        catch (NotSupportedException)
        {
            throw new ExpressionException("The pattern uses look-around, back-references or counts too large to match safely.", position);
        }
    }

    /// <inheritdoc cref="Compile(string, int)"/>
    internal static Pattern Compile(string pattern, int position, Evaluation evaluation)
    {
        evaluation.Spend(position, BuildingSteps);
        return Compile(pattern, position);
    }

    /// <exception cref="ExpressionException">Matching took too long.</exception>
    public bool IsMatch(string text, bool ignoreCase, int position = 0) => InTime(() => Regex(ignoreCase).IsMatch(text), position);

    /// <summary>The first matches, at most so many: each the text of a group, where 0 is the whole match and an absent group is null.</summary>
    internal List<JsonData> Find(string text, bool ignoreCase, int group, int limit, Evaluation evaluation, int position) => InTime(
        () =>
        {
            var found = new List<JsonData>();
            for (var match = Regex(ignoreCase).Match(text); match.Success && found.Count < limit; match = match.NextMatch())
            {
                // A match is an object with its groups, much larger than its text.
                evaluation.Spend(position, 8 + (match.Length / ExpressionLimits.BytesPerStep));
                found.Add(match.Groups[group] is { Success: true } value ? value.Value : JsonData.Null);
            }

            return found;
        },
        position);

    /// <summary>Every match replaced; <c>$1</c> and <c>${name}</c> stand for groups.</summary>
    internal string Replace(string text, string replacement, bool ignoreCase, Evaluation evaluation, int position) => InTime(
        () =>
        {
            var made = new StringBuilder();
            var at = 0;
            var references = replacement.Count(letter => letter == '$');
            // These stand for parts of the whole text, the others for parts of the match.
            var takesText = replacement.AsSpan().IndexOfAny("_`'") >= 0;
            for (var match = Regex(ignoreCase).Match(text); match.Success; match = match.NextMatch())
            {
                // What one match could become, asked before it does.
                evaluation.SpendText(replacement.Length + ((long)references * (takesText ? text.Length : match.Length)), position);
                evaluation.Spend(position, 8);
                made.Append(text, at, match.Index - at).Append(match.Result(replacement));
                at = match.Index + match.Length;
            }

            made.Append(text, at, text.Length - at);
            evaluation.SpendText(made.Length, position);
            return made.ToString();
        },
        position);

    private static T InTime<T>(Func<T> match, int position)
    {
        try
        {
            return match();
        }
        catch (RegexMatchTimeoutException)
        {
            throw new ExpressionException("Matching the pattern takes too long.", position);
        }
    }

    // Two threads may build it at once; both build the same.
    private Regex Regex(bool ignoreCase) => ignoreCase ? _insensitive ??= Build(_pattern, RegexOptions.IgnoreCase) : _sensitive;

    private static Regex Build(string pattern, RegexOptions options) =>
        new(pattern, options | RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, ExpressionLimits.MatchTimeout);
}
