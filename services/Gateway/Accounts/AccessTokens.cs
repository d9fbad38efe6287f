using System.Text;
using AiTeams.ServiceDefaults.Identity;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace AiTeams.Gateway.Accounts;

/// <summary>Issues the tokens that every service checks.</summary>
internal sealed class AccessTokens(IOptions<IdentitySettings> identity, IOptions<AccountSettings> settings, TimeProvider clock)
{
    private static readonly JsonWebTokenHandler Handler = new() { SetDefaultTimesOnTokenCreation = false };

    private readonly SigningCredentials _credentials = new(
        new SymmetricSecurityKey(Encoding.UTF8.GetBytes(identity.Value.JwtSecret)), SecurityAlgorithms.HmacSha256);

    public (string Token, DateTimeOffset ExpiresAt, TimeSpan Life) Issue(Account account, Guid sessionId)
    {
        var now = clock.GetUtcNow();
        var life = settings.Value.AccessTokenLife;
        var token = Handler.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = identity.Value.Issuer,
            Audience = identity.Value.Audience,
            IssuedAt = now.UtcDateTime,
            Expires = (now + life).UtcDateTime,
            Claims = new Dictionary<string, object>
            {
                ["sub"] = account.Id.ToString(),
                ["role"] = "authenticated",
                ["email"] = account.Email,
                ["session_id"] = sessionId.ToString(),
            },
            SigningCredentials = _credentials,
        });
        return (token, now + life, life);
    }
}
