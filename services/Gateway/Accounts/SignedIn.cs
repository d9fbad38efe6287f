using AiTeams.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Authentication;

namespace AiTeams.Gateway.Accounts;

/// <summary>The account behind a Bearer token whose session still stands.</summary>
internal sealed class SignedIn(AccountStore accounts)
{
    public async Task<(Account Account, Guid? SessionId)> RequireAsync(HttpContext context)
    {
        var result = await context.AuthenticateAsync("user");
        if (!result.Succeeded)
        {
            throw result.None ? AuthProblems.NoAuthorization() : AuthProblems.BadJwt();
        }

        var caller = result.Principal.ToCaller();
        var account = await accounts.FindAsync(caller.UserId, caller.SessionId, context.RequestAborted)
            ?? throw AuthProblems.SessionNotFound();
        return (account, caller.SessionId);
    }
}
