using System.Text.Json;
using System.Text.Json.Serialization;

namespace AiTeams.ServiceDefaults.Hosting;

/// <summary>JSON as every service speaks it: snake_case out, nothing ambiguous in.</summary>
public static class JsonConventions
{
    /// <summary>The options of HTTP bodies, for other places that write the same JSON (events, stored answers).</summary>
    public static JsonSerializerOptions Options { get; } = Create();

    public static void Apply(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
        options.PropertyNameCaseInsensitive = false;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.ReadCommentHandling = JsonCommentHandling.Disallow;
        options.AllowTrailingCommas = false;
        options.MaxDepth = 64;
        options.AllowDuplicateProperties = false;
        options.RespectNullableAnnotations = true;
    }

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web);
        Apply(options);
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }
}
