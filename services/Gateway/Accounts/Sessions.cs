using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;

namespace AiTeams.Gateway.Accounts;

/// <summary>Opens a session for somebody who has proved who they are, and puts it into the client's words.</summary>
internal sealed class Sessions(SessionStore store, AccessTokens tokens, IOptions<AccountSettings> settings)
{
    /// <returns>Null when the password was changed between its check and now.</returns>
    public async Task<JsonObject?> OpenAsync(Account account, string? renewedHash, Origin origin, CancellationToken cancellationToken)
    {
        var session = await store.OpenAsync(account, renewedHash, RefreshToken.New(), origin, settings.Value.SessionLife, cancellationToken);
        return session is null ? null : Describe(session);
    }

    public JsonObject Describe(OpenSession session)
    {
        var (token, expiresAt, life) = tokens.Issue(session.Account, session.SessionId);
        return new JsonObject
        {
            ["access_token"] = token,
            ["token_type"] = "bearer",
            ["expires_in"] = (int)life.TotalSeconds,
            ["expires_at"] = expiresAt.ToUnixTimeSeconds(),
            ["refresh_token"] = session.RefreshToken.Text,
            ["user"] = session.Account.ToUser(),
        };
    }
}
