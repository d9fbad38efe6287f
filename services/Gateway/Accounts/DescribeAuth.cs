using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;

namespace AiTeams.Gateway.Accounts;

/// <summary>What a client may ask before it signs anybody in.</summary>
internal static class DescribeAuth
{
    public static void Map(IEndpointRouteBuilder auth)
    {
        auth.MapGet("/health", () => Results.Json(new JsonObject
        {
            ["name"] = "AI Teams Auth",
            ["version"] = Product.Version,
            ["description"] = "Accounts and sessions; speaks to the Supabase Auth client",
        })).WithName("authHealth").WithSummary("Is sign-in there");

        auth.MapGet("/settings", (IOptions<AccountSettings> settings) => Results.Json(new JsonObject
        {
            ["external"] = new JsonObject { ["email"] = true, ["phone"] = false, ["anonymous_users"] = false },
            ["disable_signup"] = !settings.Value.SignUp,
            ["mailer_autoconfirm"] = true,
            ["phone_autoconfirm"] = false,
            ["sms_provider"] = "",
            ["mfa_enabled"] = false,
            ["saml_enabled"] = false,
        })).WithName("authSettings").WithSummary("Ways to sign in");

        // Tokens are signed with a shared secret: there is no public key. The client asks, and then asks /user instead.
        auth.MapGet("/.well-known/jwks.json", () => Results.Json(new JsonObject { ["keys"] = new JsonArray() }))
            .WithName("authKeys").WithSummary("Public keys (none: tokens are signed with a shared secret)");
    }
}
