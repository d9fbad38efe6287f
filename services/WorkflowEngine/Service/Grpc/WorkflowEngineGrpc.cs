using AiTeams.Contracts.WorkflowEngine.V1;
using Grpc.Core;

namespace AiTeams.WorkflowEngine.Grpc;

/// <summary>The engine as the other services see it: one line per call.</summary>
internal sealed class WorkflowEngineGrpc(StartExecutionCall start, GetExecutionCall get, WatchExecutionCall watch)
    : Contracts.WorkflowEngine.V1.WorkflowEngine.WorkflowEngineBase
{
    public override Task<StartExecutionResponse> StartExecution(StartExecutionRequest request, ServerCallContext context) =>
        start.HandleAsync(request, context);

    public override Task<Execution> GetExecution(GetExecutionRequest request, ServerCallContext context) => get.HandleAsync(request, context);

    public override Task WatchExecution(
        WatchExecutionRequest request, IServerStreamWriter<Contracts.WorkflowEngine.V1.ExecutionEvent> responseStream, ServerCallContext context) =>
        watch.HandleAsync(request, responseStream, context);
}
