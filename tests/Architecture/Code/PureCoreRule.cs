using System.Text.RegularExpressions;
using AiTeams.Architecture.Tests.Sources;

namespace AiTeams.Architecture.Tests.Code;

/// <summary>The engine's core decides and nothing else: no clock, no chance, no ids, no waiting, no outside world.</summary>
public static partial class PureCoreRule
{
    public static IEnumerable<string> Violations(SourceTree tree)
        => tree.CSharp
            .Where(file => file.IsUnder("services/WorkflowEngine/Core"))
            .SelectMany(file => CSharpText.Lines(file).SelectMany(line => Impure().Matches(line.Text)
                .Select(match => $"{file.Path}:{line.Number} says {match.Value}; the core is pure.")));

    [GeneratedRegex(
        @"\bDateTime(Offset)?\.(Now|UtcNow|Today)\b|\bGuid\.(NewGuid|CreateVersion7)\b|\b(Value)?Task\b|\bThread\b|\bRandom\b|\bFile\.|\bDirectory\." +
        @"|\bHttpClient\b|\bStopwatch\b|\basync\b|\bawait\b|\bTimeProvider\b|\bEnvironment\.|\bTimeZoneInfo\.Local\b|\bConsole\.")]
    private static partial Regex Impure();
}
