using AiTeams.Contracts.WorkflowEngine.V1;
using AiTeams.WorkflowEngine.Core.Executions;
using Grpc.Core;

namespace AiTeams.WorkflowEngine.Grpc;

/// <summary>The engine as the other services see it: one line per call.</summary>
internal sealed class WorkflowEngineGrpc(StartExecutionCall start, GetExecutionCall get, WatchExecutionCall watch, ResumeExecutionCall resume, ControlExecutionCall control)
    : Contracts.WorkflowEngine.V1.WorkflowEngine.WorkflowEngineBase
{
    public override Task<StartExecutionResponse> StartExecution(StartExecutionRequest request, ServerCallContext context) =>
        start.HandleAsync(request, context);

    public override Task<Execution> GetExecution(GetExecutionRequest request, ServerCallContext context) => get.HandleAsync(request, context);

    public override Task WatchExecution(
        WatchExecutionRequest request, IServerStreamWriter<Contracts.WorkflowEngine.V1.ExecutionEvent> responseStream, ServerCallContext context) =>
        watch.HandleAsync(request, responseStream, context);

    public override Task<ControlResponse> ResumeExecution(ResumeExecutionRequest request, ServerCallContext context) =>
        resume.HandleAsync(request, context);

    public override Task<ControlResponse> CancelExecution(ControlRequest request, ServerCallContext context) =>
        control.HandleAsync(ControlKind.Cancel, request, context);

    public override Task<ControlResponse> PauseExecution(ControlRequest request, ServerCallContext context) =>
        control.HandleAsync(ControlKind.Pause, request, context);

    public override Task<ControlResponse> UnpauseExecution(ControlRequest request, ServerCallContext context) =>
        control.HandleAsync(ControlKind.Resume, request, context);
}
