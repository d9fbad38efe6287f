using AiTeams.Contracts.WorkflowEngine.V1;
using AiTeams.ServiceDefaults.Errors;
using AiTeams.WorkflowEngine.Core.Data;
using AiTeams.WorkflowEngine.Core.Executions;
using AiTeams.WorkflowEngine.Executions.Controlling;
using Google.Protobuf;
using Grpc.Core;

namespace AiTeams.WorkflowEngine.Grpc;

/// <summary>ResumeExecution: a service brings what a node waits for. The command is on disk before anything comes of it.</summary>
internal sealed class ResumeExecutionCall(ControlExecution control)
{
    private const int LongestName = 150;                  // beside the service's name in a column of 255

    public async Task<ControlResponse> HandleAsync(ResumeExecutionRequest request, ServerCallContext context)
    {
        var caller = GrpcCaller.From(request.UserId);
        var node = new NodeRun(GrpcFields.Required(request.NodeId, "/node_id"), request.Iteration);
        var key = GrpcFields.Required(request.IdempotencyKey, "/idempotency_key");
        var data = request.DataJson.Length > 0 ? GrpcFields.Json(request.DataJson, "/data_json")
            : request.Data is null ? JsonData.EmptyObject : JsonData.Parse(JsonFormatter.Default.Format(request.Data));
        var command = new ControlCommand(ControlKind.Answer, node, GrpcFields.Text(request.Port, "/port"), data);
        var answer = await control.HandleAsync(
            caller, GrpcFields.Execution(request.ExecutionId), new(command, AnsweredBy(request, context), key), context.CancellationToken);
        return ControlExecutionCall.ToWire(answer);
    }

    private static string AnsweredBy(ResumeExecutionRequest request, ServerCallContext context) => request.AnsweredBy switch
    {
        "" => GrpcFields.ServiceName(context),
        { Length: > LongestName } => throw Problems.Validation("too_long", $"It has more than {LongestName} characters.", "/answered_by"),
        var name => $"{GrpcFields.ServiceName(context)}/{GrpcFields.Text(name, "/answered_by")}",
    };
}
