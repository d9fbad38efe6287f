using System.Runtime.CompilerServices;
using AiTeams.Contracts.WorkflowEngine.V1;
using Grpc.Core;
using WorkflowEngineClient = AiTeams.Contracts.WorkflowEngine.V1.WorkflowEngine.WorkflowEngineClient;

namespace AiTeams.Scheduler.Webhooks.Answers;

/// <summary>What a node gave: which run of it, and its payload as JSON text in UTF-8.</summary>
internal sealed record NodeOutput(string NodeId, long Iteration, ReadOnlyMemory<byte> Payload);

/// <summary>Follows an execution from outside the engine that runs it, across engines that go away.</summary>
internal sealed class FollowRun(WorkflowEngineClient engine, TimeProvider clock)
{
    private const string Success = "SUCCESS";
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <summary>The execution's events from the first one on, each once, until it has ended or the token says so.</summary>
    public async IAsyncEnumerable<ExecutionEvent> EventsAsync(Guid userId, string executionId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var seen = 0L;
        while (true)
        {
            using var call = engine.WatchExecution(
                new WatchExecutionRequest { UserId = userId.ToString("D"), ExecutionId = executionId, AfterSequence = seen }, cancellationToken: cancellationToken);
            while (await NextAsync(call.ResponseStream, cancellationToken) is { } next)
            {
                seen = next.Sequence;
                yield return next;
                if (IsEnd(next.Type))
                {
                    yield break;
                }
            }

            // The engine that told us is gone, or ended the stream without the end: another one knows the rest.
            await Task.Delay(Pause, clock, cancellationToken);
        }
    }

    public static bool IsEnd(string type) => type is "execution_completed" or "execution_failed" or "execution_canceled" or "execution_timeout";

    /// <summary>What this run of a node gave; null when it gave nothing, was skipped or failed.</summary>
    public async Task<NodeOutput?> OutputAsync(Guid userId, string executionId, string nodeId, long iteration, CancellationToken cancellationToken)
    {
        var found = await engine.GetExecutionAsync(
            new GetExecutionRequest { UserId = userId.ToString("D"), ExecutionId = executionId, NodeId = nodeId, Iteration = iteration },
            cancellationToken: cancellationToken);
        return found.NodeExecutions is [{ Status: Success } node] && PortPayload.Of(node.OutputJson.Memory) is { IsEmpty: false } payload
            ? new NodeOutput(nodeId, iteration, payload)
            : null;
    }

    /// <summary>How the execution stands, and of one that has succeeded what the node gave that ended last.</summary>
    public async Task<(string Status, ReadOnlyMemory<byte> Output)> EndAsync(Guid userId, string executionId, CancellationToken cancellationToken)
    {
        var execution = await engine.GetExecutionAsync(
            new GetExecutionRequest { UserId = userId.ToString("D"), ExecutionId = executionId }, cancellationToken: cancellationToken);
        var last = execution.Status == Success
            ? execution.NodeExecutions.Where(node => node is { Status: Success, EndTime: not null }).OrderBy(node => node.EndTime.ToDateTimeOffset()).LastOrDefault()
            : null;
        var output = last is null ? null : await OutputAsync(userId, executionId, last.NodeId, last.Iteration, cancellationToken);
        return (execution.Status, output?.Payload ?? default);
    }

    /// <summary>The next event; null when the stream ended or broke off.</summary>
    private static async Task<ExecutionEvent?> NextAsync(IAsyncStreamReader<ExecutionEvent> stream, CancellationToken cancellationToken)
    {
        try
        {
            return await stream.MoveNext(cancellationToken) ? stream.Current : null;
        }
        catch (RpcException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (RpcException failure) when (Firing.FireTrigger.IsTemporary(failure.StatusCode))
        {
            return null;
        }
    }
}
