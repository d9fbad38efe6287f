using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using AiTeams.WorkflowEngine.Catalog;
using AiTeams.WorkflowEngine.Core.Definitions;

namespace AiTeams.WorkflowEngine.Tests.Catalog;

/// <summary>The catalogue as the file that puts it into node_specifications: one line per specification.</summary>
internal static partial class ReferenceRows
{
    private const string Head = """
        -- What each kind of node is, written by tests/WorkflowEngine/Service from the catalogue in Core/Definitions; never by hand.
        -- What has not changed is not touched. What is published and has changed is refused by its trigger: it needs a new version, and the
        -- old one is then withdrawn.
        WITH catalogue (node_type, node_subtype, specification_version, is_active, specification_data) AS (VALUES

        """;

    private const string Tail = """

        ), withdrawn AS (
          UPDATE public.node_specifications s SET is_active = false
          WHERE s.is_system_spec AND s.is_active AND NOT EXISTS (
            SELECT FROM catalogue c
            WHERE (c.node_type, c.node_subtype, c.specification_version) = (s.node_type, s.node_subtype, s.specification_version)))
        INSERT INTO public.node_specifications AS s (node_type, node_subtype, specification_version, is_active, specification_data)
        SELECT node_type, node_subtype, specification_version, is_active, specification_data FROM catalogue
        ON CONFLICT (node_type, node_subtype, specification_version) DO UPDATE
          SET specification_data = excluded.specification_data, is_active = excluded.is_active
          WHERE (s.specification_data, s.is_active) IS DISTINCT FROM (excluded.specification_data, excluded.is_active);

        """;

    // Read in SQL, so what matters there is escaped and nothing else.
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public sealed record Row(string Type, string Subtype, string Version, bool IsActive, JsonNode Data)
    {
        public string Key => $"{Type}.{Subtype} {Version}";
    }

    public static IReadOnlyList<Row> OfCatalogue() =>
        [.. NodeCatalog.All.Select(spec => new Row(spec.Type, spec.Subtype, spec.Version, spec.IsActive, NodeSchema.Of(spec)))];

    public static string Write(IEnumerable<Row> rows) => Head + string.Join(",\n", rows.Select(Line)) + Tail;

    public static IReadOnlyList<Row> Read(string file) =>
    [
        .. LinePattern().Matches(file).Select(line => new Row(
            line.Groups["type"].Value, line.Groups["subtype"].Value, line.Groups["version"].Value, line.Groups["active"].Value == "true",
            JsonNode.Parse(line.Groups["data"].Value.Replace("''", "'", StringComparison.Ordinal))!)),
    ];

    /// <summary>The specifications that were published before and say something else now under the same version.</summary>
    public static IReadOnlyList<string> Rewritten(IReadOnlyList<Row> before, IReadOnlyList<Row> after)
    {
        var now = after.ToDictionary(row => row.Key);
        return
        [
            .. before
                .Where(row => row.IsActive && now.TryGetValue(row.Key, out var changed) && !JsonNode.DeepEquals(row.Data, changed.Data))
                .Select(row => row.Key),
        ];
    }

    private static string Line(Row row) =>
        $"  ('{row.Type}', '{row.Subtype}', '{row.Version}', {(row.IsActive ? "true" : "false")}, "
        + $"'{row.Data.ToJsonString(Plain).Replace("'", "''", StringComparison.Ordinal)}'::jsonb)";

    [GeneratedRegex(
        """^  \('(?<type>\w+)', '(?<subtype>\w+)', '(?<version>[^']+)', (?<active>true|false), '(?<data>.*)'::jsonb\),?\r?$""", RegexOptions.Multiline)]
    private static partial Regex LinePattern();
}
