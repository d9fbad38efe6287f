namespace AiTeams.Benchmarks;

/// <summary>The .sql files of this project.</summary>
internal static class Embedded
{
    public static string Sql(string file)
    {
        using var reader = new StreamReader(typeof(Embedded).Assembly.GetManifestResourceStream($"sql/{file}")
            ?? throw new ArgumentException($"there is no {file}", nameof(file)));
        return reader.ReadToEnd();
    }
}
