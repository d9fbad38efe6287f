using System.Text.RegularExpressions;
using AiTeams.Architecture.Tests.Sources;

namespace AiTeams.Architecture.Tests.Migrations;

/// <summary>Each migration has a name that orders it, alone at its second, and the way back beside it.</summary>
public static partial class MigrationRule
{
    public static IEnumerable<string> Violations(SourceTree tree)
    {
        var files = tree.Files.Where(file => file.Folder.Split('/').Contains("Migrations", StringComparer.OrdinalIgnoreCase) && file.Name.EndsWith(".sql", StringComparison.Ordinal)).ToList();
        var ups = files.Where(file => !IsDown(file)).ToList();
        return BadNames(files).Concat(SharedSeconds(ups)).Concat(OneWay(files, ups)).Concat(Orphans(files, ups));
    }

    private static IEnumerable<string> BadNames(IEnumerable<SourceFile> files)
        => files.Where(file => !Name().IsMatch(file.Name)).Select(file => $"{file.Path}: a migration is named YYYYMMDDHHMMSS_what_it_does.sql, its way back ….down.sql.");

    private static IEnumerable<string> SharedSeconds(IEnumerable<SourceFile> ups)
        => ups.GroupBy(file => file.Name.Split('_')[0])
            .Where(group => group.Count() > 1)
            .Select(group => $"{string.Join(" and ", group.Select(file => file.Path))} share the time {group.Key}.");

    private static IEnumerable<string> OneWay(IReadOnlyList<SourceFile> files, IEnumerable<SourceFile> ups)
        => ups.Where(up => !files.Any(file => file.Path == DownOf(up))).Select(up => $"{up.Path} has no {DownOf(up)}.");

    private static IEnumerable<string> Orphans(IEnumerable<SourceFile> files, IReadOnlyList<SourceFile> ups)
        => files.Where(file => IsDown(file) && !ups.Any(up => DownOf(up) == file.Path)).Select(file => $"{file.Path} takes back a migration that is not there.");

    private static bool IsDown(SourceFile file) => file.Name.EndsWith(".down.sql", StringComparison.Ordinal);

    private static string DownOf(SourceFile up) => up.Path[..^".sql".Length] + ".down.sql";

    [GeneratedRegex(@"^20\d\d(0[1-9]|1[0-2])([0-2]\d|3[01])([01]\d|2[0-3])[0-5]\d[0-5]\d_[a-z0-9_]+(\.down)?\.sql$")]
    private static partial Regex Name();
}
