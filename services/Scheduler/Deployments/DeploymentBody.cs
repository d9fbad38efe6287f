using System.Text.Json.Nodes;
using AiTeams.ServiceDefaults.Errors;

namespace AiTeams.Scheduler.Deployments;

/// <summary>The body of deploy and rollback: nothing, or {version}.</summary>
internal static class DeploymentBody
{
    /// <summary>The version it names; null when it names none. 422 for anything else.</summary>
    public static async Task<int?> VersionAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentLength is 0 || (request.ContentLength is null && !request.Headers.ContainsKey("Transfer-Encoding")))
        {
            return null;
        }

        if (await JsonBody.ReadAsync(request, cancellationToken) is not JsonObject body)
        {
            throw Problems.Validation("invalid_type", "The body is an object: {version?}.", "");
        }

        if (body.FirstOrDefault(field => field.Key != "version").Key is { } unknown)
        {
            throw Problems.Validation("unknown_field", $"'{unknown}' is not a field of this request: version.", $"/{unknown}");
        }

        return body["version"] switch
        {
            null => null,
            JsonValue value when value.TryGetValue(out int version) && version > 0 => version,
            _ => throw Problems.Validation("invalid_type", "version is a whole number, at least 1.", "/version"),
        };
    }
}
