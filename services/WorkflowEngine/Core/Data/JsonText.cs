namespace AiTeams.WorkflowEngine.Core.Data;

/// <summary>Text as jsonb can keep it.</summary>
internal static class JsonText
{
    public static string Storable(string text) =>
        text.Contains('\0', StringComparison.Ordinal) ? text.Replace('\0', '\uFFFD') : text;
}
