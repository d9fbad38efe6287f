using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace AiTeams.Testing;

/// <summary>Tokens as the gateway and the services mint them, with the secret every service under test is given.</summary>
public static class TestIdentity
{
    public const string JwtSecret = "a-secret-that-only-tests-know-0123456789";
    public const string Issuer = "http://127.0.0.1:8080/auth/v1";

    /// <summary>An access token of a signed-in user.</summary>
    public static string Token(Guid userId, string? email = null, Guid? sessionId = null, TimeSpan? life = null)
        => Sign(new JsonObject
        {
            ["sub"] = userId.ToString(),
            ["role"] = "authenticated",
            ["aud"] = "authenticated",
            ["session_id"] = (sessionId ?? Guid.NewGuid()).ToString(),
            ["email"] = email ?? $"{userId:N}@example.com",
        }, life ?? TimeSpan.FromHours(1));

    /// <summary>What a service shows when it calls another one.</summary>
    public static string ServiceToken(string service, TimeSpan? life = null)
        => Sign(new JsonObject { ["sub"] = service, ["role"] = "service", ["aud"] = "aiteams-internal" }, life ?? TimeSpan.FromMinutes(5));

    /// <summary>A token of any claims; iss, iat and exp are added unless given.</summary>
    public static string Sign(JsonObject claims, TimeSpan life, string secret = JwtSecret)
    {
        var now = DateTimeOffset.UtcNow;
        claims.TryAdd("iss", Issuer);
        claims.TryAdd("iat", now.ToUnixTimeSeconds());
        claims.TryAdd("exp", (now + life).ToUnixTimeSeconds());
        var signed = $"{Part("""{"alg":"HS256","typ":"JWT"}""")}.{Part(claims.ToJsonString())}";
        return $"{signed}.{Base64Url.EncodeToString(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.ASCII.GetBytes(signed)))}";
    }

    private static string Part(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));
}
