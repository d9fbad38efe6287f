using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;

namespace AiTeams.Gateway.Accounts;

/// <summary>Opens an account and its first session. Addresses count as confirmed: the product sends no confirmation mail.</summary>
internal sealed class SignUp(AccountStore accounts, Sessions sessions, Passwords passwords, IOptions<AccountSettings> settings)
{
    public async Task<JsonObject> HandleAsync(HttpContext context)
    {
        var given = await Credentials.ReadAsync(context);
        if (!settings.Value.SignUp)
        {
            throw AuthProblems.SignUpDisabled();
        }

        if (given.Email is not { Length: > 0 })
        {
            throw given.Phone is { Length: > 0 }
                ? AuthProblems.Unsupported("phone_provider_disabled", "Phone signups are disabled")
                : AuthProblems.Unsupported("anonymous_provider_disabled", "Anonymous sign-ins are disabled");
        }

        var email = Credentials.CheckEmail(given.Email);
        var password = given.Password is { Length: > 0 } ? given.Password : throw AuthProblems.Invalid("Signup requires a valid password");
        Credentials.CheckPassword(password);

        var hash = await passwords.HashAsync(password, context.RequestAborted);
        var account = await accounts.CreateAsync(email, hash, given.Data ?? "{}", context.RequestAborted)
            ?? throw AuthProblems.UserAlreadyExists();

        return await sessions.OpenAsync(account, renewedHash: null, Origin.Of(context), context.RequestAborted)
            ?? throw AuthProblems.InvalidCredentials();
    }
}
