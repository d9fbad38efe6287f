using AiTeams.Gateway.Accounts;
using AiTeams.ServiceDefaults.Errors;

namespace AiTeams.Gateway.Answers;

/// <summary>Answers with a problem from in front of the exception handler, in the shape of the API that was asked.</summary>
internal static class Refusals
{
    public static Task RefuseAsync(this HttpContext context, ProblemException problem) =>
        context.Request.Path.StartsWithSegments("/auth/v1", StringComparison.OrdinalIgnoreCase)
            ? AuthProblem.WriteAsync(context, problem)
            : ProblemDocument.WriteAsync(context, problem);
}
