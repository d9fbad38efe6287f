using System.Text.Json.Nodes;
using AiTeams.Contracts.WorkflowEngine.V1;
using AiTeams.ServiceDefaults.Errors;
using AiTeams.ServiceDefaults.Identity;
using AiTeams.ServiceDefaults.Routes;
using Google.Protobuf;
using WorkflowEngineClient = AiTeams.Contracts.WorkflowEngine.V1.WorkflowEngine.WorkflowEngineClient;

namespace AiTeams.Scheduler.Invocation;

/// <summary>
/// A test run: starts the newest version at one of its triggers, with an event made up from parameters. A dry run says what would start it and
/// what would keep the trigger from being deployed, and starts nothing.
/// </summary>
internal sealed class InvokeTrigger(FindTriggerNode find, WorkflowEngineClient engine, TimeProvider clock)
{
    private const int LongestDescription = 1000;
    private static readonly string[] Fields = ["parameters", "dry_run", "description"];
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <param name="TriggerData">What the trigger node gives the next ones.</param>
    /// <param name="Problems">What deploying this trigger would be refused for.</param>
    public sealed record DryRun(bool IsDryRun, Guid WorkflowId, int WorkflowVersion, string NodeId, JsonObject TriggerData, IReadOnlyList<Problem> Problems);

    public async Task<IResult> HandleAsync(HttpRequest request, Caller caller, Guid workflowId, string nodeId, CancellationToken cancellationToken)
    {
        var body = await BodyAsync(request, cancellationToken);
        var (node, type, version) = await find.HandleAsync(caller, workflowId, nodeId, cancellationToken);
        var problems = ParameterCheck.Check(body.Parameters, type.InvocationSchema(node.Configuration));
        if (problems.Count > 0)
        {
            throw Problems.Validation(problems);
        }

        var now = clock.GetUtcNow();
        var data = type.Simulate(node.Configuration, (JsonObject)body.Parameters.DeepClone(), now);
        data["invocation"] = new JsonObject
        {
            ["trigger_type"] = "MANUAL_INVOCATION",
            ["original_trigger_type"] = type.Subtype,
            ["invoked_by"] = caller.UserId.ToString("D"),
            ["description"] = body.Description,
            ["simulated_parameters"] = body.Parameters.DeepClone(),
        };
        if (body.IsDryRun)
        {
            return Results.Json(new DryRun(true, workflowId, version, nodeId, data, type.Plan(node, now).Problems));
        }

        var started = await engine.StartExecutionAsync(
            new StartExecutionRequest
            {
                UserId = caller.UserId.ToString("D"),
                WorkflowId = workflowId.ToString("D"),
                TriggerNodeId = nodeId,
                Version = version,
                Mode = ExecutionMode.Manual,
                IdempotencyKey = IdempotencyHeader.Read(request) ?? "",
                Data = ByteString.CopyFromUtf8(data.ToJsonString()),
            },
            deadline: (now + Patience).UtcDateTime, cancellationToken: cancellationToken);
        return Results.Json(
            new { execution_id = started.ExecutionId, status = started.Status }, statusCode: StatusCodes.Status202Accepted);
    }

    private static async Task<Body> BodyAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentLength is 0 || (request.ContentLength is null && !request.Headers.ContainsKey("Transfer-Encoding")))
        {
            return new Body([], false, null);
        }

        if (await JsonBody.ReadAsync(request, cancellationToken) is not JsonObject body)
        {
            throw Problems.Validation("invalid_type", "The body is an object: {parameters?, dry_run?, description?}.", "");
        }

        var problems = body.Where(field => !Fields.Contains(field.Key))
            .Select(field => new Problem("unknown_field", $"'{field.Key}' is not a field of this request: {string.Join(", ", Fields)}.", $"/{field.Key}")).ToList();
        var parameters = body["parameters"] ?? new JsonObject();
        if (parameters is not JsonObject)
        {
            problems.Add(new Problem("invalid_type", "parameters is an object.", "/parameters"));
        }

        if (body["dry_run"] is { } flag && !(flag is JsonValue dry && dry.TryGetValue(out bool _)))
        {
            problems.Add(new Problem("invalid_type", "dry_run is true or false.", "/dry_run"));
        }

        if (body["description"] is { } text && !(text is JsonValue words && words.TryGetValue(out string? said) && said.Length <= LongestDescription))
        {
            problems.Add(new Problem("invalid_type", $"description is text of at most {LongestDescription} characters.", "/description"));
        }

        return problems.Count == 0
            ? new Body((JsonObject)parameters, body["dry_run"]?.GetValue<bool>() ?? false, body["description"]?.GetValue<string>())
            : throw Problems.Validation(problems);
    }

    private sealed record Body(JsonObject Parameters, bool IsDryRun, string? Description);
}
