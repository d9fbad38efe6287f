using System.Globalization;
using AiTeams.ServiceDefaults.Errors;
using AiTeams.ServiceDefaults.Identity;
using AiTeams.ServiceDefaults.Routes;
using AiTeams.WorkflowEngine.Core.Data;
using AiTeams.WorkflowEngine.Core.Executions;
using AiTeams.WorkflowEngine.Events;
using AiTeams.WorkflowEngine.Executions.Reading;

namespace AiTeams.WorkflowEngine.Executions.Starting;

/// <summary>
/// POST /workflows/{id}/executions {trigger_node_id?, data?, start_from_node?, only_node?}: 202 with Location once the start is on disk. "Prefer: wait=10" (RFC 7240)
/// waits that long for the end and then answers 200 with the finished execution.
/// </summary>
internal sealed class StartExecutionEndpoint(StartExecution start, ExecutionEventLog log, ReadExecution read)
{
    private const int LongestWaitSeconds = 60;

    public async Task<IResult> HandleAsync(HttpContext context, Caller caller, string workflowId, CancellationToken cancellationToken)
    {
        if (!Guid.TryParse(workflowId, out var id))
        {
            throw Problems.NotFound("workflow");
        }

        var body = await BodyAsync(context.Request, cancellationToken);
        var started = await start.HandleAsync(
            caller, new StartRequest(id, body.TriggerNodeId, body.Data, "MANUAL", IdempotencyHeader.Read(context.Request), caller.UserId.ToString("D"), body.Part), cancellationToken);

        var location = $"/api/v1/app/executions/{started.ExecutionId}";
        if (WaitSeconds(context.Request) is { } seconds)
        {
            context.Response.Headers["Preference-Applied"] = string.Create(CultureInfo.InvariantCulture, $"wait={seconds}");
            if (await EndsWithinAsync(TimeSpan.FromSeconds(seconds), caller, started, cancellationToken))
            {
                return Results.Json(await read.HandleAsync(new ExecutionId(started.ExecutionId), caller, cancellationToken));
            }
        }

        context.Response.Headers.Location = location;
        return Results.Json(new { execution_id = started.ExecutionId, status = started.Status }, statusCode: StatusCodes.Status202Accepted);
    }

    // While it is in this process's memory the end is known at once. One that left it to wait, or runs elsewhere, is followed by its log.
    private async Task<bool> EndsWithinAsync(TimeSpan patience, Caller caller, StartedExecution started, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(patience);
        try
        {
            if (started.Left is null || !await started.Left.WaitAsync(limit.Token))
            {
                await FollowToTheEndAsync(caller, started.ExecutionId, limit.Token);
            }

            return true;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private async Task FollowToTheEndAsync(Caller caller, string executionId, CancellationToken cancellationToken)
    {
        await foreach (var _ in log.FollowAsync(caller, executionId, after: 0, keepAlive: TimeSpan.FromSeconds(1), cancellationToken))
        {
        }
    }

    private static async Task<StartBody> BodyAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentLength is 0 || (request.ContentLength is null && !request.Headers.ContainsKey("Transfer-Encoding")))
        {
            return new StartBody(null, default, null);
        }

        return StartBody.Read(JsonData.From(await JsonBody.ReadAsync(request, cancellationToken)));
    }

    private static int? WaitSeconds(HttpRequest request)
    {
        foreach (var preference in request.Headers["Prefer"].SelectMany(v => (v ?? "").Split(',', StringSplitOptions.TrimEntries)))
        {
            if (preference.StartsWith("wait=", StringComparison.OrdinalIgnoreCase)
                && int.TryParse(preference.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
            {
                return Math.Min(seconds, LongestWaitSeconds);
            }
        }

        return null;
    }

    private sealed record StartBody(string? TriggerNodeId, JsonData Data, PartialRun? Part)
    {
        /// <summary>Every wrong field is named; a field this engine does not act on is refused rather than ignored.</summary>
        public static StartBody Read(JsonData body)
        {
            if (!body.IsObject)
            {
                throw Problems.Validation([new Problem("invalid_type", "The body is an object: {trigger_node_id?, data?, start_from_node?, only_node?}.", "")]);
            }

            var problems = new List<Problem>();
            var start = new StartBody(null, default, null);
            foreach (var (name, value) in body.Fields)
            {
                switch (name)
                {
                    case "trigger_node_id" when value.IsString || value.IsNull:
                        start = start with { TriggerNodeId = value.Text };
                        break;
                    case "trigger_node_id":
                        problems.Add(new Problem("invalid_type", "trigger_node_id is the id of a trigger node, a string.", "/trigger_node_id"));
                        break;
                    case "start_from_node" or "only_node" when value.IsNull:
                        break;
                    case "start_from_node" or "only_node" when value.Text is { } nodeId && start.Part is null:
                        start = start with { Part = new PartialRun(nodeId, name == "only_node") };
                        break;
                    case "start_from_node" or "only_node":
                        problems.Add(start.Part is not null
                            ? new Problem("contradiction", "A run begins with start_from_node or is of only_node, not both.", $"/{name}")
                            : new Problem("invalid_type", $"{name} is the id of a node, a string.", $"/{name}"));
                        break;
                    case "data":
                        start = start with { Data = value };
                        break;
                    default:
                        problems.Add(new Problem("unknown_field", $"'{name}' is not a field of this request: trigger_node_id, data, start_from_node, only_node.", $"/{name}"));
                        break;
                }
            }

            return problems.Count == 0 ? start : throw Problems.Validation(problems);
        }
    }
}
