using AiTeams.Contracts.WorkflowEngine.V1;
using AiTeams.WorkflowEngine.Events;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace AiTeams.WorkflowEngine.Grpc;

/// <summary>WatchExecution: the same events as over SSE, with the same sequence numbers.</summary>
internal sealed class WatchExecutionCall(ExecutionEventLog log, IHostApplicationLifetime lifetime)
{
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(15);

    public async Task HandleAsync(
        WatchExecutionRequest request, IServerStreamWriter<Contracts.WorkflowEngine.V1.ExecutionEvent> responseStream, ServerCallContext context)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.ApplicationStopping);
        var events = log.FollowAsync(GrpcCaller.From(request.UserId), request.ExecutionId, request.AfterSequence, KeepAlive, stop.Token);
        await foreach (var item in events)
        {
            if (item is null)
            {
                continue;                                 // HTTP/2 pings keep a quiet stream alive
            }

            await responseStream.WriteAsync(
                new Contracts.WorkflowEngine.V1.ExecutionEvent
                {
                    Sequence = item.Sequence,
                    Type = item.Type,
                    ExecutionId = item.ExecutionId,
                    NodeId = item.NodeId ?? "",
                    At = Timestamp.FromDateTimeOffset(item.At),
                    Data = Struct.Parser.ParseJson(item.Data),
                },
                stop.Token);
        }
    }
}
