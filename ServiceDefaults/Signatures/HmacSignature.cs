using System.Security.Cryptography;
using System.Text;

namespace AiTeams.ServiceDefaults.Signatures;

/// <summary>Signatures of the form "prefix + lower-case hexadecimal HMAC-SHA256", as GitHub and Slack send them.</summary>
public static class HmacSignature
{
    /// <summary>
    /// False without a secret, without a signature, and for any other spelling of the right one. Compared in constant time, as text, so that a
    /// mutation of one letter's case is one too.
    /// </summary>
    /// <param name="signed">The pieces that were signed, one after the other.</param>
    public static bool IsRight(string secret, string prefix, string? given, params ReadOnlySpan<ReadOnlyMemory<byte>> signed)
    {
        if (secret.Length == 0)
        {
            return false;
        }

        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret));
        foreach (var piece in signed)
        {
            hmac.AppendData(piece.Span);
        }

        var expected = Encoding.ASCII.GetBytes(prefix + Convert.ToHexStringLower(hmac.GetHashAndReset()));
        return CryptographicOperations.FixedTimeEquals(expected, Encoding.UTF8.GetBytes(given ?? ""));
    }
}
