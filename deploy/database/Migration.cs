using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace AiTeams.Migrator;

/// <summary>
/// One pair of files, YYYYMMDDHHMMSS_name.sql and YYYYMMDDHHMMSS_name.down.sql. Comments at the top of the first may say
/// <c>-- run as: administrator</c> (otherwise it runs as aiteams_owner, who then owns what it makes) and <c>-- skip when: condition</c>
/// (for what a Supabase project brings along; it is then recorded as skipped and its down is skipped too).
/// </summary>
public sealed partial record Migration(string Version, string Name, string Up, string Down)
{
    /// <summary>What the ledger keeps, so that a file changed after it was applied is noticed.</summary>
    public string Checksum { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Up)));

    /// <summary>The file's name, as messages show it.</summary>
    public string FileName => $"{Version}_{Name}.sql";

    /// <summary>The SQL condition under which there is nothing to do, or null.</summary>
    public string? SkipWhen { get; } = Directive(Up, "skip when");

    public bool UpAsAdministrator { get; } = IsAdministrator(Up);

    public bool DownAsAdministrator { get; } = IsAdministrator(Down);

    /// <summary>Pairs up files by name and orders them by time. Throws when one is misnamed, alone, or shares its time with another.</summary>
    public static IReadOnlyList<Migration> Pair(IEnumerable<(string FileName, string Text)> files)
    {
        var ups = new SortedDictionary<string, (string Name, string Text)>(StringComparer.Ordinal);
        var downs = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (fileName, text) in files)
        {
            var match = FileNamePattern().Match(fileName);
            if (!match.Success)
            {
                throw new MigrationException($"{fileName}: a migration is called YYYYMMDDHHMMSS_name.sql or YYYYMMDDHHMMSS_name.down.sql");
            }

            var (version, name) = (match.Groups["version"].Value, match.Groups["name"].Value);
            var added = match.Groups["down"].Success
                ? downs.TryAdd($"{version}_{name}", Normalise(text))
                : ups.TryAdd(version, (name, Normalise(text)));
            if (!added)
            {
                throw new MigrationException($"{fileName}: another migration has the time {version}");
            }
        }

        var migrations = ups
            .Select(up => downs.Remove($"{up.Key}_{up.Value.Name}", out var down)
                ? new Migration(up.Key, up.Value.Name, up.Value.Text, down)
                : throw new MigrationException($"{up.Key}_{up.Value.Name}.sql has no {up.Key}_{up.Value.Name}.down.sql beside it"))
            .ToList();
        return downs.Count == 0
            ? migrations
            : throw new MigrationException($"{downs.Keys.Order().First()}.down.sql has no .sql beside it");
    }

    /// <summary>A check-out with other line endings, or an editor's byte order mark, is not a change.</summary>
    internal static string Normalise(string text) =>
        text.TrimStart('\uFEFF').Replace("\r\n", "\n", StringComparison.Ordinal).TrimEnd() + "\n";

    private static bool IsAdministrator(string sql) => Directive(sql, "run as") switch
    {
        null => false,
        "administrator" => true,
        var other => throw new MigrationException($"-- run as: {other}: only 'administrator' can be asked for"),
    };

    private static string? Directive(string sql, string name) =>
        sql.Split('\n')
            .TakeWhile(line => line.StartsWith("--", StringComparison.Ordinal))
            .Where(line => line.StartsWith($"-- {name}: ", StringComparison.Ordinal))
            .Select(line => line[$"-- {name}: ".Length..].Trim())
            .FirstOrDefault();

    [GeneratedRegex(@"^(?<version>[0-9]{14})_(?<name>[a-z0-9_]+?)(?<down>\.down)?\.sql$")]
    private static partial Regex FileNamePattern();
}
