using System.Globalization;

namespace AiTeams.WorkflowEngine.Core.Data;

/// <summary>RFC 6901 JSON pointers.</summary>
public static class Pointer
{
    public static string Append(string pointer, string name) =>
        $"{pointer}/{name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}";

    public static string Append(string pointer, int index) => string.Create(CultureInfo.InvariantCulture, $"{pointer}/{index}");

    /// <summary>The steps of a pointer; none for the whole document.</summary>
    public static string[] Split(string pointer) => pointer.Length == 0
        ? []
        : [.. pointer[1..].Split('/').Select(step => step.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal))];
}
