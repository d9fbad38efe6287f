using System.Text.Json.Nodes;

namespace AiTeams.Gateway.Accounts;

/// <summary>Trades a refresh token for a new session. A token that was traded before ends its whole family.</summary>
internal sealed partial class RefreshSession(SessionStore store, Sessions sessions, ILogger<RefreshSession> logger)
{
    public async Task<JsonObject> HandleAsync(Credentials given, HttpContext context)
    {
        if (given.RefreshToken is not { Length: > 0 } text)
        {
            throw AuthProblems.Invalid("refresh_token is required");
        }

        var presented = new RefreshToken(text);
        if (await store.RefreshAsync(presented, RefreshToken.New(), context.RequestAborted) is { } session)
        {
            return sessions.Describe(session);
        }

        if (await store.EndReusedAsync(presented, context.RequestAborted))
        {
            LogReused(Limits.Address.Of(context));
            throw AuthProblems.RefreshTokenAlreadyUsed();
        }

        throw AuthProblems.RefreshTokenNotFound();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A spent refresh token came back from {Address}; its session is ended")]
    private partial void LogReused(string address);
}
