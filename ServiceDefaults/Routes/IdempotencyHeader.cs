using AiTeams.ServiceDefaults.Errors;
using Microsoft.AspNetCore.Http;

namespace AiTeams.ServiceDefaults.Routes;

/// <summary>The header by which a client names one intent (IETF draft "The Idempotency-Key HTTP Header Field").</summary>
public static class IdempotencyHeader
{
    private const string Name = "Idempotency-Key";
    private const int Longest = 255;

    /// <summary>The key, or null; 422 when it is too long to be one.</summary>
    public static string? Read(HttpRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var key = request.Headers[Name].FirstOrDefault();
        return key is not { Length: > Longest }
            ? string.IsNullOrWhiteSpace(key) ? null : key
            : throw Problems.Validation("invalid_header", $"{Name} has at most {Longest} characters.", $"/headers/{Name}");
    }
}
