using System.Text.RegularExpressions;

namespace AiTeams.WorkflowEngine.Core.Expressions;

/// <summary>
/// A regular expression that matches in time linear in the text (no look-around, no back-references) and is given up after
/// <see cref="ExpressionLimits.MatchTimeout"/> all the same.
/// </summary>
public sealed class Pattern
{
    private readonly Regex _sensitive;
    private readonly Regex _insensitive;

    private Pattern(string pattern)
    {
        _sensitive = Build(pattern, RegexOptions.None);
        _insensitive = Build(pattern, RegexOptions.IgnoreCase);
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

    /// <exception cref="ExpressionException">Matching took too long.</exception>
    public bool IsMatch(string text, bool ignoreCase, int position = 0)
    {
        try
        {
            return (ignoreCase ? _insensitive : _sensitive).IsMatch(text);
        }
        catch (RegexMatchTimeoutException)
        {
            throw new ExpressionException("Matching the pattern takes too long.", position);
        }
    }

    private static Regex Build(string pattern, RegexOptions options) =>
        new(pattern, options | RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, ExpressionLimits.MatchTimeout);
}
