using System.Security.Claims;
using System.Text.Json;
using System.Text.Json.Serialization;
using AiTeams.ServiceDefaults.Errors;
using Microsoft.AspNetCore.Http;

namespace AiTeams.ServiceDefaults.Identity;

/// <summary>The user a piece of work is done for. An endpoint asks for it as a parameter.</summary>
/// <param name="ClaimsJson">What the database sees as request.jwt.claims.</param>
public sealed record Caller(Guid UserId, string? Email, Guid? SessionId, string ClaimsJson)
{
    /// <summary>A caller for work that began without a request: a trigger, a message, a call from another service.</summary>
    public static Caller For(Guid userId, string? email = null, Guid? sessionId = null) =>
        new(userId, email, sessionId, JsonSerializer.Serialize(new CallerClaims(userId, "authenticated", email, sessionId), CallerJson.Default.CallerClaims));

    /// <summary>Lets minimal APIs bind a <see cref="Caller"/> parameter.</summary>
    public static ValueTask<Caller?> BindAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return ValueTask.FromResult<Caller?>(context.User.ToCaller());
    }
}

public static class CallerExtensions
{
    /// <summary>The signed-in user. Throws the 401 problem when there is none.</summary>
    public static Caller ToCaller(this ClaimsPrincipal user)
    {
        ArgumentNullException.ThrowIfNull(user);
        return Guid.TryParse(user.FindFirstValue("sub"), out var id)
            ? Caller.For(id, user.FindFirstValue("email"), Guid.TryParse(user.FindFirstValue("session_id"), out var session) ? session : null)
            : throw Problems.Unauthorized();
    }
}

internal sealed record CallerClaims(Guid Sub, string Role, string? Email, Guid? SessionId);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(CallerClaims))]
internal sealed partial class CallerJson : JsonSerializerContext;
