using AiTeams.Architecture.Tests.Sources;

namespace AiTeams.Architecture.Tests.Code;

/// <summary>No source file over 400 lines: a longer one holds two ideas.</summary>
public static class FileLengthRule
{
    private const int Limit = 400;

    public static IEnumerable<string> Violations(SourceTree tree)
        => tree.CSharp
            .Select(file => (file.Path, Lines: file.Text.TrimEnd('\n').Split('\n').Length))
            .Where(file => file.Lines > Limit)
            .Select(file => $"{file.Path} has {file.Lines} lines; the limit is {Limit}.");
}
