using System.Security.Cryptography;
using AiTeams.ServiceDefaults.Identity;
using AiTeams.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace AiTeams.ServiceDefaults.Tests.Identity;

public sealed class JwksTests
{
    [Fact]
    public async Task With_a_key_set_its_keys_count_and_the_secret_does_not()
    {
        using var rsa = RSA.Create(2048);
        var key = new RsaSecurityKey(rsa) { KeyId = "k1" };
        var open = rsa.ExportParameters(false);
        var keys = new { keys = new[] { new { kty = "RSA", use = "sig", kid = "k1", alg = "RS256", n = Base64UrlEncoder.Encode(open.Modulus), e = Base64UrlEncoder.Encode(open.Exponent) } } };
        await using var issuer = await ServiceUnderTest.StartAsync(map: app => app.MapGet("/jwks", () => TypedResults.Json(keys)));
        await using var service = await ServiceUnderTest.StartAsync(
            map: app => app.MapGet("/me", (Caller caller) => caller.UserId).RequireAuthorization("user"),
            settings: new() { ["Identity:JwksUri"] = $"{issuer.HttpAddress}jwks" });
        var user = Guid.NewGuid();
        var token = new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Issuer = TestIdentity.Issuer,
            Audience = "authenticated",
            Claims = new Dictionary<string, object> { ["sub"] = user.ToString(), ["role"] = "authenticated" },
            SigningCredentials = new SigningCredentials(key, SecurityAlgorithms.RsaSha256),
        });
        using var signed = service.Client(token);
        using var secret = service.Client(TestIdentity.Token(user));

        Assert.Contains(user.ToString(), await signed.GetStringAsync("/me"), StringComparison.Ordinal);
        await (await secret.GetAsync("/me")).ProblemAsync(401, "unauthorized");
    }
}
