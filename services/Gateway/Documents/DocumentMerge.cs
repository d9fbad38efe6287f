using System.Text.Json;
using System.Text.Json.Nodes;

namespace AiTeams.Gateway.Documents;

/// <summary>Joins the services' OpenAPI documents into the gateway's own: their reachable paths, and what those refer to.</summary>
internal static class DocumentMerge
{
    private const string Components = "components";

    /// <param name="isReachable">Whether a path leads to this service from outside.</param>
    public static void Add(JsonObject document, string service, JsonObject other, Func<string, bool> isReachable)
    {
        var copy = (JsonObject)other.DeepClone();
        Rename(copy, Conflicts(document, copy, service));

        var paths = Member(document, "paths");
        foreach (var (path, item) in Take(copy, "paths"))
        {
            if (isReachable(path) && !paths.ContainsKey(path))
            {
                paths[path] = item;
            }
        }

        var components = Member(document, Components);
        if (copy[Components] is JsonObject sections)
        {
            foreach (var (section, _) in sections.ToList())
            {
                var mine = Member(components, section);
                foreach (var (name, component) in Take(sections, section))
                {
                    mine.TryAdd(name, component);
                }
            }
        }

        var tags = document["tags"] as JsonArray ?? [];
        var known = tags.Select(Name).ToHashSet();
        foreach (var tag in (copy["tags"] as JsonArray ?? []).ToList().Where(tag => known.Add(Name(tag))))
        {
            tags.Add(tag!.DeepClone());
        }

        document["tags"] = tags.Parent is null ? tags : tags.DeepClone();
    }

    // Two services may mean different things by one name; equal things are shared.
    private static Dictionary<string, string> Conflicts(JsonObject document, JsonObject other, string service)
    {
        var renamed = new Dictionary<string, string>();
        foreach (var (section, mine) in document[Components] as JsonObject ?? [])
        {
            if (other[Components]?[section] is not JsonObject theirs)
            {
                continue;
            }

            foreach (var (name, component) in theirs)
            {
                if (mine![name] is { } present && !JsonNode.DeepEquals(present, component))
                {
                    renamed[$"#/{Components}/{section}/{name}"] = $"#/{Components}/{section}/{Prefix(service)}{name}";
                }
            }
        }

        return renamed;
    }

    private static void Rename(JsonObject document, Dictionary<string, string> renamed)
    {
        foreach (var (from, to) in renamed)
        {
            var section = (JsonObject)document[Components]![from.Split('/')[2]]!;
            var component = section[from.Split('/')[3]];
            section.Remove(from.Split('/')[3]);
            section[to.Split('/')[3]] = component;
        }

        if (renamed.Count > 0)
        {
            Redirect(document, renamed);
        }
    }

    private static void Redirect(JsonNode? node, Dictionary<string, string> renamed)
    {
        switch (node)
        {
            case JsonObject item:
                if (item["$ref"] is JsonValue reference && reference.GetValueKind() == JsonValueKind.String
                    && renamed.TryGetValue(reference.GetValue<string>(), out var to))
                {
                    item["$ref"] = to;
                }

                foreach (var (_, child) in item.ToList())
                {
                    Redirect(child, renamed);
                }

                break;
            case JsonArray array:
                foreach (var child in array)
                {
                    Redirect(child, renamed);
                }

                break;
        }
    }

    private static List<KeyValuePair<string, JsonNode?>> Take(JsonObject parent, string name)
    {
        if (parent[name] is not JsonObject member)
        {
            return [];
        }

        var items = member.ToList();
        member.Clear();
        return items;
    }

    private static JsonObject Member(JsonObject parent, string name)
    {
        if (parent[name] is not JsonObject member)
        {
            parent[name] = member = [];
        }

        return member;
    }

    private static string? Name(JsonNode? tag) => (string?)tag?["name"];

    private static string Prefix(string service) => string.Concat(service.Split('-').Select(word => char.ToUpperInvariant(word[0]) + word[1..]));
}
