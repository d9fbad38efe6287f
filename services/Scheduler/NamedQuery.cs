namespace AiTeams.Scheduler;

/// <summary>The statements of the folder Queries: what is measured is what is asked.</summary>
internal static class NamedQuery
{
    public static string Read(string name)
    {
        using var stream = typeof(NamedQuery).Assembly.GetManifestResourceStream($"queries/{name}")
            ?? throw new InvalidOperationException($"The query {name} is not embedded.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
