using System.Text.RegularExpressions;
using AiTeams.Testing;

namespace AiTeams.Conformance.Tests.Coverage;

/// <summary>The full names of all tests under tests/, read from their sources: the test projects do not refer to one another.</summary>
public static partial class TestNames
{
    public static IReadOnlySet<string> All() => Directory.EnumerateFiles(Path.Combine(RepositoryFolder.Root, "tests"), "*.cs", SearchOption.AllDirectories)
        .SelectMany(file => In(File.ReadAllText(file)))
        .ToHashSet();

    /// <summary>A test belongs to the last class that begins above it at the margin.</summary>
    public static IEnumerable<string> In(string source)
    {
        if (Namespace().Match(source) is not { Success: true } space)
        {
            return [];
        }

        var classes = Class().Matches(source);
        return Test().Matches(source)
            .Select(test => (Class: classes.LastOrDefault(type => type.Index < test.Index), Test: test))
            .Where(found => found.Class is not null)
            .Select(found => $"{space.Groups[1].Value}.{found.Class!.Groups[1].Value}.{found.Test.Groups[1].Value}");
    }

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    [GeneratedRegex(@"^(?:public|internal) (?:\w+ )*class (\w+)", RegexOptions.Multiline)]
    private static partial Regex Class();

    [GeneratedRegex(@"^ +\[(?:Fact|Theory)\b[\s\S]*?\bpublic (?:async )?(?:Task|ValueTask|void) (\w+)\(", RegexOptions.Multiline)]
    private static partial Regex Test();
}
