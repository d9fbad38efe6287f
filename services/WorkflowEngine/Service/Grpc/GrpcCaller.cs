using AiTeams.ServiceDefaults.Errors;
using AiTeams.ServiceDefaults.Identity;

namespace AiTeams.WorkflowEngine.Grpc;

/// <summary>The user a service acts for. What they may see is still decided by row-level security.</summary>
internal static class GrpcCaller
{
    public static Caller From(string userId) =>
        Guid.TryParse(userId, out var id)
            ? Caller.For(id)
            : throw Problems.Validation([new Problem("invalid_user_id", "user_id is the UUID of the user the call is made for.", "/user_id")]);
}
