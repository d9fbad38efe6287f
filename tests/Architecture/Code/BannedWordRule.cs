using System.Text.RegularExpressions;
using AiTeams.Architecture.Tests.Sources;

namespace AiTeams.Architecture.Tests.Code;

/// <summary>What product code never says. Unfinished work lives in the issue tracker, not in the tree.</summary>
public static partial class BannedWordRule
{
    public static IEnumerable<string> InProduct(SourceTree tree)
        => tree.CSharp
            .Where(file => !file.IsTest)
            // The stand-ins' virtual members throw what the official ones throw.
            .Where(file => !file.IsUnder("compat/Grpc.Core.Api"))
            .SelectMany(file => CSharpText.Lines(file).SelectMany(line => Found(file, line.Number, line.Text, BannedCode())));

    /// <summary>Markers of unfinished work are banned in comments too, so this looks at the raw text, of tests as well.</summary>
    public static IEnumerable<string> Markers(SourceTree tree)
        => tree.Files
            .Where(file => file.Path.EndsWith(".cs", StringComparison.Ordinal) || file.Path.EndsWith(".sql", StringComparison.Ordinal)
                || file.Path.EndsWith(".proto", StringComparison.Ordinal) || file.Path.EndsWith(".csproj", StringComparison.Ordinal))
            .Where(file => !file.IsUnder("tests/Architecture"))
            .SelectMany(file => file.Text.Split('\n').SelectMany((line, index) => Found(file, index + 1, line, UnfinishedWork())));

    private static IEnumerable<string> Found(SourceFile file, int number, string line, Regex banned)
        => banned.Matches(line).Select(match => $"{file.Path}:{number} says {match.Value.Trim()}.");

    [GeneratedRegex(@"\bNotImplementedException\b|^\s*#region\b|\bThread\.Sleep\b")]
    private static partial Regex BannedCode();

    [GeneratedRegex(@"\b(TODO|FIXME|HACK|XXX)\b")]
    private static partial Regex UnfinishedWork();
}
