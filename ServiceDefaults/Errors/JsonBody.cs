using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace AiTeams.ServiceDefaults.Errors;

/// <summary>Reads a body whose shape is checked later, as strictly as the typed bodies are read.</summary>
public static class JsonBody
{
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 64, AllowDuplicateProperties = false };

    /// <summary>The body as a tree. Throws the problems of a typed body: 415, 413 and 422 malformed_json.</summary>
    public static async Task<JsonNode?> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (!request.HasJsonContentType())
        {
            throw Problems.UnsupportedMediaType("The body must be application/json.");
        }

        try
        {
            return await JsonNode.ParseAsync(request.Body, nodeOptions: null, Strict, cancellationToken);
        }
        catch (JsonException failure)
        {
            throw JsonFailure.ToProblem(failure);
        }
    }
}
