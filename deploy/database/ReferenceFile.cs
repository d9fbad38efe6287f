using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace AiTeams.Migrator;

/// <summary>
/// Rows that come with the product: name.sql, idempotent statements that are run as aiteams_owner after all migrations, again whenever
/// the file has changed. It has no down: the rows go with their tables.
/// </summary>
public sealed partial record ReferenceFile(string FileName, string Text)
{
    /// <summary>What the ledger keeps, so that a file runs once per state of it.</summary>
    public string Checksum { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Text)));

    /// <summary>The files in the order in which they run. Throws when one is misnamed.</summary>
    public static IReadOnlyList<ReferenceFile> Order(IEnumerable<(string FileName, string Text)> files) =>
    [
        .. files
            .Select(file => FileNamePattern().IsMatch(file.FileName)
                ? new ReferenceFile(file.FileName, Migration.Normalise(file.Text))
                : throw new MigrationException($"{file.FileName}: a file of reference rows is called name.sql, in lower case"))
            .OrderBy(file => file.FileName, StringComparer.Ordinal),
    ];

    [GeneratedRegex("^[a-z][a-z0-9_]*[.]sql$")]
    private static partial Regex FileNamePattern();
}
