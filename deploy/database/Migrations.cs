using System.Reflection;
using System.Security.Cryptography;
using System.Text;

namespace AiTeams.Migrator;

/// <summary>The product's migrations and reference rows, as they were compiled into this assembly.</summary>
public static class Migrations
{
    private static readonly Lazy<IReadOnlyList<Migration>> Embedded = new(() => Migration.Pair(ReadAll("migrations/")));

    private static readonly Lazy<IReadOnlyList<ReferenceFile>> EmbeddedReferences = new(() => ReferenceFile.Order(ReadAll("reference/")));

    private static readonly Lazy<string> EmbeddedHash = new(() => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
        string.Concat(All.Select(migration => migration.FileName + migration.Up + migration.Down))
        + string.Concat(References.Select(file => file.FileName + file.Text)) + RolesSql))));

    private static Assembly Assembly => typeof(Migrations).Assembly;

    /// <summary>Every migration, oldest first.</summary>
    public static IReadOnlyList<Migration> All => Embedded.Value;

    /// <summary>Every file of reference rows, in the order in which they run.</summary>
    public static IReadOnlyList<ReferenceFile> References => EmbeddedReferences.Value;

    /// <summary>The same as long as no migration and no reference row is added or changed: the name of a migrated template database, for instance.</summary>
    public static string Hash => EmbeddedHash.Value;

    internal static string RolesSql { get; } = Read("Roles.sql");

    /// <summary>
    /// Brings the database up to date, reference rows included, and returns the migrations that were applied. Safe when several do it at once: one works, the others wait and find
    /// nothing to do. <paramref name="rolePasswords"/> holds the login passwords by role; a role without one keeps what it has.
    /// </summary>
    public static Task<IReadOnlyList<Migration>> ApplyAsync(
        string adminConnectionString, IReadOnlyDictionary<string, string> rolePasswords, CancellationToken cancellationToken) =>
        new Migrator(All, References, TextWriter.Null).UpAsync(adminConnectionString, rolePasswords, cancellationToken);

    private static IEnumerable<(string FileName, string Text)> ReadAll(string folder) =>
        Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(folder, StringComparison.Ordinal))
            .Select(name => (name[folder.Length..], Read(name)));

    private static string Read(string resource)
    {
        using var reader = new StreamReader(Assembly.GetManifestResourceStream(resource)!, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
