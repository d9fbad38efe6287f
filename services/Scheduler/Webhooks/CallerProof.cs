using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Primitives;

namespace AiTeams.Scheduler.Webhooks;

/// <summary>
/// Whether a caller may fire a webhook. Without a secret nobody may, what is to come once may not come twice, and how long an answer takes
/// tells nothing about the secret.
/// </summary>
internal static class CallerProof
{
    private const string HashPrefix = "sha256=";
    private const string BearerPrefix = "Bearer ";

    /// <summary>What can be said before the body is there: a token is checked, of a signature only that there is one.</summary>
    public static bool IsPlausible(WebhookSettings settings, IHeaderDictionary headers, IQueryCollection query) => settings.Authentication switch
    {
        CallerCheck.None => true,
        CallerCheck.HeaderToken => headers[settings.TokenName] is [{ } token] && IsToken(settings, Bare(settings, token)),
        CallerCheck.QueryParam => query[settings.TokenName] is [{ } token] && IsToken(settings, token),
        CallerCheck.Signature => headers[SignatureHeaderOf(settings)] is [{ Length: > 0 }],
    };

    /// <param name="body">As it came.</param>
    public static bool IsGiven(WebhookSettings settings, IHeaderDictionary headers, IQueryCollection query, ReadOnlySpan<byte> body, DateTimeOffset now) =>
        settings.Authentication != CallerCheck.Signature ? IsPlausible(settings, headers, query) : settings.SignatureScheme switch
        {
            SignatureScheme.HmacSha256 => IsSigned(settings.Secret, headers[settings.SignatureHeader], body),
            SignatureScheme.StandardWebhooks => StandardWebhooks.IsSigned(
                settings.Secret, headers[StandardWebhooks.IdHeader], headers[StandardWebhooks.TimestampHeader], headers[StandardWebhooks.SignatureHeader], body, now),
        };

    /// <summary>Where the signature stands.</summary>
    public static string SignatureHeaderOf(WebhookSettings settings) =>
        settings.SignatureScheme == SignatureScheme.StandardWebhooks ? StandardWebhooks.SignatureHeader : settings.SignatureHeader;

    /// <summary>In constant time whatever their lengths: hashes are compared.</summary>
    internal static bool AreEqual(string given, string expected) => CryptographicOperations.FixedTimeEquals(
        SHA256.HashData(Encoding.UTF8.GetBytes(given)), SHA256.HashData(Encoding.UTF8.GetBytes(expected)));

    private static bool IsToken(WebhookSettings settings, string given) => settings.Secret.Length > 0 && AreEqual(given, settings.Secret);

    // Authorization says of what kind its token is.
    private static string Bare(WebhookSettings settings, string token) =>
        settings.TokenName.Equals("Authorization", StringComparison.OrdinalIgnoreCase) && token.StartsWith(BearerPrefix, StringComparison.OrdinalIgnoreCase)
            ? token[BearerPrefix.Length..]
            : token;

    /// <summary>Hexadecimal in either case or base64, with or without sha256= in front; compared as text, so that no other spelling of the same bytes passes.</summary>
    private static bool IsSigned(string secret, StringValues header, ReadOnlySpan<byte> body)
    {
        if (secret.Length == 0 || header is not [{ Length: > 0 } given])
        {
            return false;
        }

        Span<byte> signature = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body, signature);
        var text = given.StartsWith(HashPrefix, StringComparison.Ordinal) ? given[HashPrefix.Length..] : given;
        return AreEqual(text, Convert.ToHexStringLower(signature)) | AreEqual(text, Convert.ToHexString(signature)) | AreEqual(text, Convert.ToBase64String(signature));
    }
}
