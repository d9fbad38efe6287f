using AiTeams.WorkflowEngine.Core.Data;
using AiTeams.WorkflowEngine.Core.Definitions;

namespace AiTeams.WorkflowEngine.Definitions;

/// <summary>The fields that mean nothing to the engine and become columns: they must have the column's type and fit into it.</summary>
internal static class StoredFields
{
    private const int LongestIconUrl = 500;
    private const int LongestTag = 255;
    private const int MostTags = 100;

    public static IEnumerable<ValidationProblem> Check(JsonData document)
    {
        if (document["active"] is { IsNull: false, IsBoolean: false } active)
        {
            yield return WrongType("active", "true or false", active, "/active");
        }
        if (document["metadata"]["icon_url"] is { IsNull: false } icon)
        {
            if (icon.Text is not { } url)
            {
                yield return WrongType("icon_url", "a string", icon, "/metadata/icon_url");
            }
            else if (url.Length > LongestIconUrl)
            {
                yield return new("too_long", $"'icon_url' has {url.Length} characters; at most {LongestIconUrl} are allowed.", "/metadata/icon_url");
            }
        }
        var tags = document["metadata"]["tags"];
        if (tags.Count > MostTags)
        {
            yield return new("too_many_tags", $"The workflow has {tags.Count} tags; at most {MostTags} are allowed.", "/metadata/tags");
        }
        for (var i = 0; i < tags.Items.Length; i++)
        {
            if (tags[i].Text is { Length: > LongestTag } tag)
            {
                yield return new("too_long", $"The tag has {tag.Length} characters; at most {LongestTag} are allowed.", $"/metadata/tags/{i}");
            }
        }
        for (var i = 0; i < document["nodes"].Items.Length; i++)
        {
            var node = document["nodes"][i];
            if (node["webhooks"] is { IsNull: false } webhooks && !(webhooks.IsArray && webhooks.Items.ToArray().All(item => item.IsString)))
            {
                yield return WrongType("webhooks", "an array of strings", webhooks, $"/nodes/{i}/webhooks", node["id"].Text);
            }
        }
    }

    private static ValidationProblem WrongType(string name, string expected, JsonData found, string pointer, string? nodeId = null) =>
        new("wrong_type", $"'{name}' must be {expected}, not {JsonKinds.Describe(found)}.", pointer, nodeId);
}
