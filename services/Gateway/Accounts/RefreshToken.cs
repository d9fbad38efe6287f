using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;

namespace AiTeams.Gateway.Accounts;

/// <summary>256 random bits for the client; the database keeps their hash alone.</summary>
internal sealed record RefreshToken(string Text)
{
    private const int Bytes = 32;

    public static RefreshToken New() => new(WebEncoders.Base64UrlEncode(RandomNumberGenerator.GetBytes(Bytes)));

    public byte[] Hash => SHA256.HashData(Encoding.UTF8.GetBytes(Text));
}
