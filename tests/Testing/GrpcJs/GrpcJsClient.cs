using System.Text.Json;
using System.Text.Json.Nodes;

namespace AiTeams.Testing.GrpcJs;

/// <summary>Calls a gRPC endpoint with <c>@grpc/grpc-js</c>: what it understands, any other client will.</summary>
public sealed class GrpcJsClient
{
    private readonly NodeTool _node;
    private readonly string _address;
    private readonly string? _token;

    private GrpcJsClient(NodeTool node, string address, string? token) => (_node, _address, _token) = (node, address, token);

    /// <param name="address">http://host:port of a cleartext HTTP/2 endpoint.</param>
    /// <param name="token">Sent as a bearer token with each call; none when null.</param>
    public static async Task<GrpcJsClient> ForAsync(string address, string? token = null)
        => new(await NodeTool.RestoreAsync("tests/Testing/GrpcJs"), address, token);

    /// <summary>The same endpoint with another token, or with none.</summary>
    public GrpcJsClient With(string? token) => new(_node, _address, token);

    /// <param name="service">Full name: aiteams.workflowengine.v1.WorkflowEngine.</param>
    /// <param name="request">The message with its field names as in the proto file; those of google.protobuf.Value in camel case, as the loader has them.</param>
    public async Task<GrpcJsOutcome> CallAsync(string service, string method, object request, GrpcJsOptions? options = null)
    {
        options ??= new GrpcJsOptions();
        var call = new JsonObject
        {
            ["address"] = _address,
            ["service"] = service,
            ["method"] = method,
            ["requests"] = new JsonArray(JsonSerializer.SerializeToNode(request)),
            ["metadata"] = _token is null ? new JsonObject() : new JsonObject { ["authorization"] = "Bearer " + _token },
            ["deadline_ms"] = options.Deadline?.TotalMilliseconds,
            ["cancel_after"] = options.CancelAfterMessages,
            ["reflection"] = options.Reflection,
        };
        var result = await _node.RunAsync("call.mjs", environment: new Dictionary<string, string?> { ["CALL"] = call.ToJsonString() });
        result.EnsureSuccess();
        return JsonSerializer.Deserialize<GrpcJsOutcome>(result.Output, JsonSerializerOptions.Web)!;
    }
}

/// <param name="Reflection">v1 or v1alpha: take the types from the server instead of from the proto files.</param>
public sealed record GrpcJsOptions(TimeSpan? Deadline = null, int? CancelAfterMessages = null, string? Reflection = null);

/// <param name="Status">The code's name: OK, NOT_FOUND, ...</param>
public sealed record GrpcJsOutcome(string Status, string Details, JsonObject Trailers, IReadOnlyList<JsonNode> Messages)
{
    /// <summary>The one answer of a unary call that went well.</summary>
    public JsonNode Message => Status == "OK" && Messages is [var only]
        ? only
        : throw new InvalidOperationException($"{Status} {Details}, {Messages.Count} messages.");
}
