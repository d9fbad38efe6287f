using AiTeams.Contracts.WorkflowEngine.V1;
using AiTeams.WorkflowEngine.Core.Executions;
using AiTeams.WorkflowEngine.Executions.Controlling;
using Grpc.Core;

namespace AiTeams.WorkflowEngine.Grpc;

/// <summary>CancelExecution, PauseExecution and UnpauseExecution, which a service asks for on behalf of a user.</summary>
internal sealed class ControlExecutionCall(ControlExecution control)
{
    public async Task<ControlResponse> HandleAsync(ControlKind kind, Contracts.WorkflowEngine.V1.ControlRequest request, ServerCallContext context)
    {
        var caller = GrpcCaller.From(request.UserId);
        var answer = await control.HandleAsync(
            caller,
            GrpcFields.Execution(request.ExecutionId),
            new(new ControlCommand(kind), GrpcFields.ServiceName(context), GrpcFields.Text(request.IdempotencyKey, "/idempotency_key")),
            context.CancellationToken);
        return ToWire(answer);
    }

    public static ControlResponse ToWire(ControlAnswer answer) =>
        new() { ExecutionId = answer.ExecutionId, Status = answer.Status, Decided = answer.IsDecided };
}
