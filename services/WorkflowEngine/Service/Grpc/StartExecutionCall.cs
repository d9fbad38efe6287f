using AiTeams.Contracts.WorkflowEngine.V1;
using AiTeams.ServiceDefaults.Errors;
using AiTeams.WorkflowEngine.Executions.Starting;
using AiTeams.WorkflowEngine.Runtime;
using Google.Protobuf;
using Grpc.Core;

namespace AiTeams.WorkflowEngine.Grpc;

/// <summary>StartExecution for other services: what they answer their caller with is on disk.</summary>
internal sealed class StartExecutionCall(StartExecution start)
{
    private const int LongestWaitSeconds = 60;

    public async Task<StartExecutionResponse> HandleAsync(StartExecutionRequest request, ServerCallContext context)
    {
        var caller = GrpcCaller.From(request.UserId);
        if (!Guid.TryParse(request.WorkflowId, out var workflowId))
        {
            throw Problems.NotFound("workflow");
        }

        var started = await start.HandleAsync(
            caller,
            new StartRequest(
                workflowId,
                request.TriggerNodeId.Length == 0 ? null : request.TriggerNodeId,
                GrpcFields.Json(request.Data, "/data"),
                Mode(request.Mode),
                request.IdempotencyKey.Length == 0 ? null : request.IdempotencyKey,
                TriggeredBy: GrpcFields.ServiceName(context))
            {
                Version = request.Version == 0 ? null : request.Version,
            },
            context.CancellationToken);
        var answer = new StartExecutionResponse { ExecutionId = started.ExecutionId, Status = started.Status, Replayed = started.Replayed };
        if (request.WaitSeconds > 0 && started.Run is { } run && await EndsWithinAsync(run, request.WaitSeconds, context.CancellationToken))
        {
            answer.Status = run.Status;
            answer.Output = run.Result is { IsMissing: false } result ? ByteString.CopyFromUtf8(result.ToString()) : ByteString.Empty;
        }

        return answer;
    }

    private static async Task<bool> EndsWithinAsync(ExecutionRun run, int seconds, CancellationToken cancellationToken)
    {
        if (run.Left.IsCompleted)
        {
            return await run.Left;
        }

        try
        {
            return await run.Left.WaitAsync(TimeSpan.FromSeconds(Math.Min(seconds, LongestWaitSeconds)), cancellationToken);
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private static string Mode(ExecutionMode mode) => mode switch
    {
        ExecutionMode.Unspecified or ExecutionMode.Trigger => "TRIGGER",
        ExecutionMode.Manual => "MANUAL",
        ExecutionMode.Webhook => "WEBHOOK",
        ExecutionMode.Retry => "RETRY",
        _ => throw Problems.Validation([new Problem("invalid_mode", $"{mode} is not an execution mode.", "/mode")]),
    };
}
