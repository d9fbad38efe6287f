using AiTeams.ServiceDefaults.Hosting;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace AiTeams.ServiceDefaults.Identity;

/// <summary>The token with which this service calls the others. One token serves until shortly before it expires.</summary>
public sealed class ServiceTokens(ServiceName service, IOptions<IdentitySettings> settings, TimeProvider clock)
{
    public const string Audience = "aiteams-internal";
    public const string Role = "service";

    private static readonly TimeSpan Life = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan RenewBefore = TimeSpan.FromMinutes(1);

    private volatile Minted? _minted;

    /// <summary>A token valid for at least a minute. Two threads that renew at once both get a good one.</summary>
    public string Current
    {
        get
        {
            var now = clock.GetUtcNow();
            var minted = _minted;
            if (minted is null || minted.RenewAt <= now)
            {
                _minted = minted = new Minted(Mint(now), now + Life - RenewBefore);
            }

            return minted.Token;
        }
    }

    private string Mint(DateTimeOffset now) => new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(
        new SecurityTokenDescriptor
        {
            Issuer = settings.Value.Issuer,
            Audience = Audience,
            IssuedAt = now.UtcDateTime,
            Expires = (now + Life).UtcDateTime,
            Claims = new Dictionary<string, object> { ["sub"] = service.Value, ["role"] = Role },
            SigningCredentials = new SigningCredentials(settings.Value.SecretKey, SecurityAlgorithms.HmacSha256),
        });

    private sealed record Minted(string Token, DateTimeOffset RenewAt);
}
