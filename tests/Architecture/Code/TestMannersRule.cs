using System.Globalization;
using System.Text.RegularExpressions;
using AiTeams.Architecture.Tests.Sources;

namespace AiTeams.Architecture.Tests.Code;

/// <summary>Tests wait for conditions, not for time, and none is skipped.</summary>
public static partial class TestMannersRule
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    public static IEnumerable<string> Violations(SourceTree tree)
        => tree.CSharp
            .Where(file => file.IsTest && !file.IsUnder("tests/Architecture"))
            .SelectMany(file => CSharpText.Lines(file).SelectMany(line => OfLine(line.Text).Select(found => $"{file.Path}:{line.Number} {found}")));

    private static IEnumerable<string> OfLine(string line)
    {
        if (Skipped().IsMatch(line))
        {
            yield return "skips a test; fix it or delete it.";
        }

        if (Sleeping().IsMatch(line))
        {
            yield return "blocks a thread; wait for the condition.";
        }

        foreach (var pause in Pauses().Matches(line).Select(Length).Where(pause => pause > LongestPause))
        {
            yield return $"pauses for {pause}; wait for the condition with a deadline.";
        }
    }

    private static TimeSpan Length(Match pause)
    {
        var number = double.Parse(pause.Groups["n"].Value.Replace("_", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
        return pause.Groups["unit"].Value switch
        {
            "FromMinutes" => TimeSpan.FromMinutes(number),
            "FromSeconds" => TimeSpan.FromSeconds(number),
            _ => TimeSpan.FromMilliseconds(number),
        };
    }

    [GeneratedRegex(@"\bSkip\s*=\s*[""$@A-Za-z]|\bAssert\.Skip")]
    private static partial Regex Skipped();

    [GeneratedRegex(@"\bThread\.Sleep\b")]
    private static partial Regex Sleeping();

    [GeneratedRegex(@"\bTask\.Delay\(\s*(TimeSpan\.(?<unit>From\w+)\(\s*)?(?<n>[0-9][0-9_.]*)")]
    private static partial Regex Pauses();
}
