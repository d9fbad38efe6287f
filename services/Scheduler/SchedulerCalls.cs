using AiTeams.Contracts.Scheduler.V1;
using AiTeams.Scheduler.Deployments;
using AiTeams.Scheduler.Insight;
using AiTeams.ServiceDefaults.Errors;
using AiTeams.ServiceDefaults.Identity;
using AiTeams.ServiceDefaults.Routes;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Contract = AiTeams.Contracts.Scheduler.V1.Scheduler;

namespace AiTeams.Scheduler;

/// <summary>What other services ask of the scheduler.</summary>
internal sealed class SchedulerCalls(DeployWorkflow deploy, UndeployWorkflow undeploy, ListTriggers list) : Contract.SchedulerBase
{
    public override async Task<DeployWorkflowResponse> DeployWorkflow(DeployWorkflowRequest request, ServerCallContext context)
    {
        var deployment = await deploy.HandleAsync(
            CallerOf(request.UserId), WorkflowOf(request.WorkflowId), new DeployRequest(request.Version == 0 ? null : request.Version), context.CancellationToken);
        return new DeployWorkflowResponse
        {
            DeploymentStatus = deployment.DeploymentStatus,
            DeploymentVersion = deployment.DeploymentVersion,
            Triggers =
            {
                deployment.Triggers.Select(trigger => new Trigger
                {
                    NodeId = trigger.NodeId,
                    TriggerSubtype = trigger.TriggerSubtype,
                    IndexKey = trigger.IndexKey,
                    IsActive = true,
                    NextFireAt = trigger.NextFireAt?.ToTimestamp(),
                }),
            },
        };
    }

    public override async Task<UndeployWorkflowResponse> UndeployWorkflow(UndeployWorkflowRequest request, ServerCallContext context)
    {
        var deployment = await undeploy.HandleAsync(CallerOf(request.UserId), WorkflowOf(request.WorkflowId), context.CancellationToken);
        return new UndeployWorkflowResponse { DeploymentStatus = deployment.DeploymentStatus };
    }

    public override async Task<ListTriggersResponse> ListTriggers(ListTriggersRequest request, ServerCallContext context)
    {
        var answer = await list.HandleAsync(new WorkflowId(WorkflowOf(request.WorkflowId)), CallerOf(request.UserId), context.CancellationToken);
        return new ListTriggersResponse
        {
            Triggers =
            {
                answer.Triggers.Select(trigger => new Trigger
                {
                    NodeId = trigger.NodeId,
                    TriggerSubtype = trigger.TriggerSubtype,
                    IndexKey = trigger.IndexKey,
                    IsActive = trigger.IsActive,
                    LastFiredAt = trigger.LastFiredAt?.ToTimestamp(),
                    NextFireAt = trigger.NextFireAt?.ToTimestamp(),
                }),
            },
        };
    }

    private static Caller CallerOf(string userId) => Guid.TryParse(userId, out var id)
        ? Caller.For(id)
        : throw Problems.Validation("invalid_user_id", "user_id is the UUID of the user the call is made for.", "/user_id");

    private static Guid WorkflowOf(string workflowId) => Guid.TryParse(workflowId, out var id) ? id : throw Problems.NotFound("workflow");
}
