using AiTeams.Contracts.WorkflowEngine.V1;
using AiTeams.ServiceDefaults.Errors;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace AiTeams.Contracts.Tests;

/// <summary>An engine that answers by the ids it is asked for: each is one behaviour of the wire.</summary>
internal sealed class EngineDouble(ObservedCalls observed) : WorkflowEngine.V1.WorkflowEngine.WorkflowEngineBase
{
    public const string Absent = "absent";
    public const string Broken = "broken";
    public const string Endless = "endless";
    public const int BigText = 3 * 1024 * 1024;

    public override Task<StartExecutionResponse> StartExecution(StartExecutionRequest request, ServerCallContext context)
        => request.WorkflowId switch
        {
            Absent => throw Problems.NotFound("workflow"),
            Broken => throw new InvalidOperationException("A secret of the implementation."),
            _ => Task.FromResult(new StartExecutionResponse { ExecutionId = $"run of {request.WorkflowId} for {request.Data.ToStringUtf8()}", Status = request.Mode.ToString() }),
        };

    public override Task<Execution> GetExecution(GetExecutionRequest request, ServerCallContext context)
        => Task.FromResult(new Execution
        {
            ExecutionId = request.ExecutionId,
            StartTime = Timestamp.FromDateTimeOffset(DateTimeOffset.UnixEpoch),
            NodeExecutions = { new NodeExecution { NodeId = "big", OutputData = Value.ForString(new string('x', BigText)) } },
        });

    public override async Task WatchExecution(WatchExecutionRequest request, IServerStreamWriter<ExecutionEvent> responseStream, ServerCallContext context)
    {
        for (var sequence = request.AfterSequence + 1; sequence <= 3; sequence++)
        {
            await responseStream.WriteAsync(new ExecutionEvent { Sequence = sequence, ExecutionId = request.ExecutionId, Type = "node_completed" }, context.CancellationToken);
        }

        if (request.ExecutionId.StartsWith(Endless, StringComparison.Ordinal))
        {
            await observed.EndOfAsync(request.ExecutionId, context.CancellationToken);
        }
    }
}

/// <summary>Tells a test that the server saw the end of a call.</summary>
internal sealed class ObservedCalls
{
    private readonly System.Collections.Concurrent.ConcurrentDictionary<string, TaskCompletionSource> _ended = new();

    /// <summary>Holds the call until the client is gone.</summary>
    public async Task EndOfAsync(string call, CancellationToken gone)
    {
        await using var registration = gone.Register(() => Source(call).TrySetResult());
        await Source(call).Task;
        gone.ThrowIfCancellationRequested();
    }

    public Task WhenEnded(string call) => Source(call).Task.WaitAsync(TimeSpan.FromSeconds(30));

    private TaskCompletionSource Source(string call) => _ended.GetOrAdd(call, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
}
