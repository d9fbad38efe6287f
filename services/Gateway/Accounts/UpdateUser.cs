using System.Text.Json.Nodes;
using Npgsql;

namespace AiTeams.Gateway.Accounts;

/// <summary>Changes the signed-in user's address, password or metadata. A new password ends the user's other sessions.</summary>
internal sealed class UpdateUser(SignedIn signedIn, AccountStore accounts, Passwords passwords)
{
    public async Task<JsonObject> HandleAsync(HttpContext context)
    {
        var (account, sessionId) = await signedIn.RequireAsync(context);
        var given = await Credentials.ReadAsync(context);
        if (given.Phone is { Length: > 0 })
        {
            throw AuthProblems.Unsupported("phone_provider_disabled", "Phone numbers are not supported");
        }

        var email = given.Email is { Length: > 0 } ? Credentials.CheckEmail(given.Email) : null;
        if (given.CurrentPassword is { Length: > 0 } current
            && !await passwords.VerifyAsync(current, account.PasswordHash, context.RequestAborted))
        {
            throw AuthProblems.InvalidCredentials();
        }

        string? hash = null;
        if (given.Password is { Length: > 0 } password)
        {
            Credentials.CheckPassword(password);
            if (await passwords.VerifyAsync(password, account.PasswordHash, context.RequestAborted))
            {
                throw AuthProblems.SamePassword();
            }

            hash = await passwords.HashAsync(password, context.RequestAborted);
        }

        try
        {
            var updated = await accounts.UpdateAsync(account.Id, sessionId, email, hash, given.Data, context.RequestAborted)
                ?? throw AuthProblems.SessionNotFound();
            return updated.ToUser();
        }
        catch (PostgresException taken) when (taken.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            throw AuthProblems.EmailExists();
        }
    }
}
