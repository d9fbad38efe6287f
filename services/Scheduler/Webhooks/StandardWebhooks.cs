using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Primitives;

namespace AiTeams.Scheduler.Webhooks;

/// <summary>
/// Signatures as the Standard Webhooks specification (standardwebhooks.com) has them: HMAC-SHA256 over <c>id.timestamp.body</c>, in a list of
/// <c>v1,base64</c> so that a sender can sign with an old and a new secret at once.
/// </summary>
internal static class StandardWebhooks
{
    public const string IdHeader = "webhook-id";
    public const string TimestampHeader = "webhook-timestamp";
    public const string SignatureHeader = "webhook-signature";

    private const string SecretPrefix = "whsec_";
    private const string Version = "v1,";
    private const int ShortestKey = 16;
    private const int LongestKey = 64;
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    /// <summary>The bytes a secret stands for; null for what is none.</summary>
    public static byte[]? KeyOf(string secret)
    {
        if (!secret.StartsWith(SecretPrefix, StringComparison.Ordinal) || !Base64.IsValid(secret.AsSpan(SecretPrefix.Length), out var length)
            || length is < ShortestKey or > LongestKey)
        {
            return null;
        }

        return Convert.FromBase64String(secret[SecretPrefix.Length..]);
    }

    public static string Sign(byte[] key, string id, string timestamp, ReadOnlySpan<byte> body)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        hmac.AppendData(Encoding.UTF8.GetBytes($"{id}.{timestamp}."));
        hmac.AppendData(body);
        Span<byte> signature = stackalloc byte[HMACSHA256.HashSizeInBytes];
        hmac.GetHashAndReset(signature);
        return Version + Convert.ToBase64String(signature);
    }

    /// <summary>The signature is compared as text, letter by letter: base64 that merely decodes to the same bytes is not what was sent.</summary>
    public static bool IsSigned(string secret, StringValues id, StringValues timestamp, StringValues signatures, ReadOnlySpan<byte> body, DateTimeOffset now)
    {
        if (KeyOf(secret) is not { } key || id is not [{ Length: > 0 } one] || timestamp is not [{ } at] || signatures is not [{ } listed]
            || !long.TryParse(at, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            || Math.Abs((decimal)now.ToUnixTimeSeconds() - seconds) > (decimal)Tolerance.TotalSeconds)
        {
            return false;
        }

        var expected = Sign(key, one, at, body);
        var isSigned = false;
        foreach (var signature in listed.Split(' '))
        {
            isSigned |= CallerProof.AreEqual(signature, expected);
        }

        return isSigned;
    }
}
