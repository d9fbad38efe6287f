using System.Globalization;

namespace AiTeams.WorkflowEngine.Core.Data;

/// <summary>RFC 6901 JSON pointers.</summary>
public static class Pointer
{
    public static string Append(string pointer, string name) =>
        $"{pointer}/{name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}";

    public static string Append(string pointer, int index) => string.Create(CultureInfo.InvariantCulture, $"{pointer}/{index}");
}
