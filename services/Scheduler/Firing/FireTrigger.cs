using AiTeams.Contracts.WorkflowEngine.V1;
using AiTeams.ServiceDefaults.Errors;
using Google.Protobuf;
using Grpc.Core;
using WorkflowEngineClient = AiTeams.Contracts.WorkflowEngine.V1.WorkflowEngine.WorkflowEngineClient;

namespace AiTeams.Scheduler.Firing;

/// <summary>
/// Turns a delivery into an execution, exactly once. When it returns, the execution or the queued delivery is on disk. An engine that is away, or
/// whose answer is lost, is no failure: the delivery is queued under the same key, so what the engine may have started is not started again.
/// </summary>
internal sealed partial class FireTrigger(WorkflowEngineClient engine, FiringQueue queue, FiringCounters counters, TimeProvider clock, ILogger<FireTrigger> logger)
{
    /// <summary>Throws the 404 problem when the workflow, or the problem when its trigger, is gone; such a delivery is lost on purpose.</summary>
    public async Task<FiringOutcome> HandleAsync(Delivery delivery, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await StartAsync(
                engine, delivery.Trigger.UserId, delivery.Trigger.WorkflowId, delivery.Trigger.NodeId, delivery.Trigger.WorkflowVersion, delivery.Mode,
                delivery.Key, delivery.Json, delivery.Wait, delivery.Patience, clock, cancellationToken);
            if (!answer.Replayed)
            {
                counters.Fired(delivery.Trigger.WorkflowId, delivery.Trigger.NodeId, clock.GetUtcNow());
            }

            return new FiringOutcome(answer.ExecutionId, answer.Status, answer.Replayed, answer.Output.Memory);
        }
        catch (RpcException failure) when (!cancellationToken.IsCancellationRequested && IsTemporary(failure.StatusCode))
        {
            LogQueued(delivery.Trigger.WorkflowId, delivery.Trigger.NodeId, failure.Status.Detail);
            await queue.AddAsync(delivery, cancellationToken);
            counters.Queued();
            return FiringOutcome.Queued;
        }
        catch (RpcException failure) when (!cancellationToken.IsCancellationRequested)
        {
            counters.Failed(delivery.Trigger.WorkflowId, delivery.Trigger.NodeId, clock.GetUtcNow(), failure.Status.Detail);
            throw failure.StatusCode == StatusCode.NotFound ? Problems.NotFound("workflow") : Problems.Conflict(failure.Status.Detail);
        }
    }

    /// <summary>The call every start is made with, from here and from the queue: the same key gives the same execution.</summary>
    internal static async Task<StartExecutionResponse> StartAsync(
        WorkflowEngineClient engine, Guid userId, Guid workflowId, string nodeId, int version, ExecutionMode mode, string key, ByteString data, TimeSpan wait,
        TimeSpan patience, TimeProvider clock, CancellationToken cancellationToken) =>
        await engine.StartExecutionAsync(
            new StartExecutionRequest
            {
                UserId = userId.ToString("D"),
                WorkflowId = workflowId.ToString("D"),
                TriggerNodeId = nodeId,
                Version = version,
                Mode = mode,
                IdempotencyKey = key,
                Data = data,
                WaitSeconds = (int)Math.Ceiling(wait.TotalSeconds),
            },
            deadline: (clock.GetUtcNow() + patience + wait).UtcDateTime, cancellationToken: cancellationToken);

    /// <summary>Repeating it may help. What the request itself is to blame for is the rest.</summary>
    internal static bool IsTemporary(StatusCode status) => status is not (
        StatusCode.NotFound or StatusCode.InvalidArgument or StatusCode.FailedPrecondition or StatusCode.PermissionDenied or StatusCode.OutOfRange or StatusCode.Unimplemented);

    [LoggerMessage(Level = LogLevel.Warning, Message = "No engine took the delivery for {WorkflowId} {NodeId} ({Reason}); it waits in the queue")]
    private partial void LogQueued(Guid workflowId, string nodeId, string reason);
}
