using System.Text.RegularExpressions;
using AiTeams.Architecture.Tests.Sources;

namespace AiTeams.Architecture.Tests.Code;

/// <summary>
/// Connections go back to the pool as they are, without being reset: whatever a statement sets ends with its transaction. A role or claims
/// that outlived it would be the next user's.
/// </summary>
public static partial class SessionStateRule
{
    public static IEnumerable<string> Violations(SourceTree tree)
        => tree.CSharp
            .Where(file => !file.IsTest && (file.IsUnder("services") || file.IsUnder("ServiceDefaults")))
            .SelectMany(file => CSharpText.Lines(file)
                .Where(line => OfTheSession().IsMatch(line.Text))
                .Select(line => $"{file.Path}:{line.Number} changes the session; set it for the transaction (SET LOCAL, set_config(…, true))."));

    [GeneratedRegex("""\bSET\s+(?:SESSION\b|ROLE\b)|"\s*SET\s+(?!LOCAL\b)\w+\s*(?:=|TO\b)|set_config\([^()]*,\s*false\s*\)|\bpg_(?:try_)?advisory_lock\s*\(|\bCREATE\s+TEMP""", RegexOptions.IgnoreCase)]
    private static partial Regex OfTheSession();
}
