namespace AiTeams.Architecture.Tests.Sources;

/// <summary>What a rule found, one sentence per violation.</summary>
public static class Rule
{
    public static void Holds(IEnumerable<string> violations)
    {
        var found = violations.ToList();
        Assert.True(found.Count == 0, string.Join("\n", found));
    }

    public static void Catches(IEnumerable<string> violations, string expectedPart)
        => Assert.Contains(violations, violation => violation.Contains(expectedPart, StringComparison.Ordinal));
}
