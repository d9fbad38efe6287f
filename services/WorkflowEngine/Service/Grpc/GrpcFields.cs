using System.Text.Json;
using AiTeams.ServiceDefaults.Errors;
using AiTeams.WorkflowEngine.Core.Data;
using AiTeams.WorkflowEngine.Executions.Reading;
using Google.Protobuf;
using Grpc.Core;

namespace AiTeams.WorkflowEngine.Grpc;

/// <summary>Fields of requests as the columns they go into want them: at most 255 characters, no U+0000, absent instead of empty.</summary>
internal static class GrpcFields
{
    private const int Longest = 255;

    public static ExecutionId Execution(string text) =>
        ExecutionId.TryParse(text, null, out var id) && id.Value.Length > 0 ? id : throw Problems.NotFound("execution");

    public static string Required(string text, string pointer) =>
        Text(text, pointer) ?? throw Problems.Validation("required", "It must not be empty.", pointer);

    public static string? Text(string text, string pointer) => text switch
    {
        "" => null,
        { Length: > Longest } => throw Problems.Validation("too_long", $"It has more than {Longest} characters.", pointer),
        _ when text.Contains('\0', StringComparison.Ordinal) => throw Problems.Validation("invalid_text", "It contains the character U+0000.", pointer),
        _ => text,
    };

    /// <summary>JSON text in UTF-8; Missing when it is empty.</summary>
    public static JsonData Json(ByteString json, string pointer)
    {
        try
        {
            return json.IsEmpty ? default : JsonData.Parse(json.ToStringUtf8());
        }
        catch (JsonException ex)
        {
            throw Problems.Validation("invalid_json", $"It is no JSON: {ex.Message}", pointer);
        }
    }

    /// <summary>The service that calls, as its token says.</summary>
    public static string ServiceName(ServerCallContext context) =>
        context.GetHttpContext().User.FindFirst("sub")?.Value is { Length: > 0 } name ? name : "service";
}
