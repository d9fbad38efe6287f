using AiTeams.Contracts.Integrations.V1;
using AiTeams.ServiceDefaults.Errors;

namespace AiTeams.Integrations.CallLog;

/// <summary>For whom a call was made, and by which node of which execution.</summary>
internal sealed record CallOwner(Guid UserId, Guid? ExecutionId, Guid? NodeId, int Attempt)
{
    /// <exception cref="ProblemException">There is no user: a call nobody answers for is not made.</exception>
    public static CallOwner From(CallContext? context) =>
        Guid.TryParse(context?.UserId, out var user)
            ? new(user, Id(context.ExecutionId), Id(context.NodeId), Math.Max(0, context.Attempt))
            : throw Problems.Validation([new Problem("invalid_user_id", "context.user_id is the UUID of the user the call is made for.", "/context/user_id")]);

    private static Guid? Id(string text) => Guid.TryParse(text, out var id) ? id : null;
}
