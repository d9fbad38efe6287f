using System.Text;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace AiTeams.ServiceDefaults.Identity;

/// <summary>Section "Identity": who issues tokens and how they are checked.</summary>
public sealed class IdentitySettings
{
    public const string Section = "Identity";
    public const int MinSecretLength = 32;

    /// <summary>Signs service tokens, and user tokens unless <see cref="JwksUri"/> is set (HS256). The same in all services.</summary>
    public string JwtSecret { get; set; } = "";

    public string Issuer { get; set; } = "http://127.0.0.1:8080/auth/v1";

    public string Audience { get; set; } = "authenticated";

    /// <summary>The public keys of an outside issuer of user tokens, a Supabase project for instance (RS256, ES256).</summary>
    public string? JwksUri { get; set; }

    internal SymmetricSecurityKey SecretKey => new(Encoding.UTF8.GetBytes(JwtSecret));
}

internal sealed class CheckIdentitySettings : IValidateOptions<IdentitySettings>
{
    public ValidateOptionsResult Validate(string? name, IdentitySettings options) =>
        options.JwtSecret.Length < IdentitySettings.MinSecretLength
            ? ValidateOptionsResult.Fail(
                $"Identity:JwtSecret must be set (Identity__JwtSecret) and have at least {IdentitySettings.MinSecretLength} characters; "
                + (options.JwtSecret.Length == 0 ? "it is missing." : $"it has {options.JwtSecret.Length}."))
        : options.JwksUri is { Length: > 0 } uri && !Uri.IsWellFormedUriString(uri, UriKind.Absolute)
            ? ValidateOptionsResult.Fail("Identity:JwksUri is not an absolute URI.")
        : ValidateOptionsResult.Success;
}
