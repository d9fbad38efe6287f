using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using AiTeams.Gateway.Limits;
using AiTeams.ServiceDefaults.Errors;
using Microsoft.Extensions.Options;

namespace AiTeams.Gateway.Accounts;

/// <summary>
/// Opens a session for an e-mail address and its password. An address nobody has gets the same answer after the same work as a
/// wrong password, and is throttled the same.
/// </summary>
internal sealed class SignIn(
    AccountStore accounts, Sessions sessions, Passwords passwords, RedisLimiter limiter, IOptions<LimitSettings> limits, TimeProvider clock)
{
    public async Task<JsonObject> HandleAsync(Credentials given, HttpContext context)
    {
        if (given.Email is not { Length: > 0 } email)
        {
            throw AuthProblems.Invalid(given.Phone is { Length: > 0 } ? "Phone logins are disabled" : "missing email or phone");
        }

        if (given.Password is not { Length: > 0 and <= AccountSettings.MaxPasswordLength } password)
        {
            throw AuthProblems.InvalidCredentials();
        }

        var throttles = Throttles(email, context);
        foreach (var (limit, identity) in throttles)
        {
            // Counted before the password is looked at: a hundred guesses at once are a hundred guesses.
            if (await limiter.TakeAsync(limit, identity, WithoutRedis.CountHere) is { Allowed: false } refused)
            {
                throw Problems.RateLimited(refused.RetryAfter, "Too many sign-in attempts.");
            }
        }

        var account = await accounts.FindAsync(email, context.RequestAborted);
        if (!await passwords.VerifyAsync(password, account?.PasswordHash, context.RequestAborted))
        {
            throw AuthProblems.InvalidCredentials();
        }

        if (account!.BannedUntil > clock.GetUtcNow().UtcDateTime)
        {
            throw AuthProblems.UserBanned();
        }

        var renewed = passwords.IsOutdated(account.PasswordHash) ? await passwords.HashAsync(password, context.RequestAborted) : null;
        var session = await sessions.OpenAsync(account, renewed, Origin.Of(context), context.RequestAborted)
            ?? throw AuthProblems.InvalidCredentials();

        foreach (var (limit, identity) in throttles)
        {
            await limiter.ForgiveAsync(limit, identity);
        }

        return session;
    }

    // Tight where the guesses come from, wide over all addresses: a stranger's guesses must not lock the owner out at once.
    private (Limit Limit, string Identity)[] Throttles(string email, HttpContext context)
    {
        const int Everywhere = 5;
        var figures = limits.Value.SignIn;
        var who = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(email.ToLowerInvariant())));
        return
        [
            (new Limit("sign-in", figures.Requests, figures.Window), $"{who}:{Address.Of(context)}"),
            (new Limit("sign-in-everywhere", figures.Requests * Everywhere, figures.Window), who),
        ];
    }
}
