using System.Net.Mail;
using System.Text.Json;
using System.Text.Json.Nodes;
using AiTeams.ServiceDefaults.Errors;

namespace AiTeams.Gateway.Accounts;

/// <summary>What sign-up, sign-in and updates are given. Members this API does not know are let be, as the client sends some.</summary>
/// <param name="Data">The user's own metadata as JSON text.</param>
internal sealed record Credentials(string? Email, string? Password, string? Data, string? RefreshToken, string? Phone, string? CurrentPassword)
{
    private const int MaxEmailLength = 254;
    private const int MaxDataLength = 16 * 1024;

    public static async Task<Credentials> ReadAsync(HttpContext context)
    {
        if (await JsonBody.ReadAsync(context.Request, context.RequestAborted) is not JsonObject body)
        {
            throw Problems.MalformedJson("A JSON object is expected.");
        }

        return new(
            Text(body, "email")?.Trim(), Text(body, "password"), Metadata(body), Text(body, "refresh_token"), Text(body, "phone"),
            Text(body, "current_password"));
    }

    /// <summary>The address as it is stored: lower case, and plainly an address.</summary>
    public static string CheckEmail(string email)
    {
        var plain = email.Length is > 0 and <= MaxEmailLength && !email.Any(c => char.IsWhiteSpace(c) || char.IsControl(c))
            && MailAddress.TryCreate(email, out var address) && address.Address == email && !address.Host.StartsWith('[');
        return plain ? email.ToLowerInvariant() : throw AuthProblems.Invalid("Unable to validate email address: invalid format");
    }

    public static void CheckPassword(string password)
    {
        if (password.EnumerateRunes().Count() < AccountSettings.MinPasswordLength)
        {
            throw AuthProblems.WeakPassword($"Password should be at least {AccountSettings.MinPasswordLength} characters.", "length");
        }

        if (password.Length > AccountSettings.MaxPasswordLength)
        {
            throw AuthProblems.Invalid($"Password cannot be longer than {AccountSettings.MaxPasswordLength} characters");
        }
    }

    private static string? Text(JsonObject body, string name) => body[name] switch
    {
        null => null,
        JsonValue value when value.GetValueKind() == JsonValueKind.String => value.GetValue<string>(),
        _ => throw AuthProblems.Invalid($"{name} must be a string"),
    };

    private static string? Metadata(JsonObject body)
    {
        if (body["data"] is not { } data)
        {
            return null;
        }

        if (data is not JsonObject)
        {
            throw AuthProblems.Invalid("data must be an object");
        }

        var text = data.ToJsonString();
        return text.Length > MaxDataLength ? throw AuthProblems.Invalid("data is too large")
            // Postgres' text, and so its jsonb, has no place for it.
            : text.Contains("\\u0000", StringComparison.Ordinal) ? throw AuthProblems.Invalid("data contains a NUL character")
            : text;
    }
}
