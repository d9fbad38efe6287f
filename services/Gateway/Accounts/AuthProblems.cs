using AiTeams.ServiceDefaults.Errors;

namespace AiTeams.Gateway.Accounts;

/// <summary>Refusals under the codes, statuses and words that the Supabase Auth client and its users know.</summary>
internal static class AuthProblems
{
    /// <summary>One answer for a wrong password and for an address nobody has.</summary>
    public static ProblemException InvalidCredentials() => new(400, "invalid_credentials", "Invalid login credentials");

    public static ProblemException UserBanned() => new(400, "user_banned", "User is banned");

    public static ProblemException UserAlreadyExists() => new(422, "user_already_exists", "User already registered");

    public static ProblemException EmailExists() =>
        new(422, "email_exists", "A user with this email address has already been registered");

    public static ProblemException SignUpDisabled() => new(422, "signup_disabled", "Signups not allowed for this instance");

    public static ProblemException WeakPassword(string message, string reason) =>
        new(422, "weak_password", message) { Problems = [new Problem(reason, message, "/password")] };

    public static ProblemException SamePassword() =>
        new(422, "same_password", "New password should be different from the old password.");

    public static ProblemException Invalid(string message) => new(400, "validation_failed", message);

    public static ProblemException Unsupported(string code, string message) => new(422, code, message);

    public static ProblemException NoAuthorization() =>
        new(401, "no_authorization", "This endpoint requires a valid Bearer token");

    public static ProblemException BadJwt() => new(403, "bad_jwt", "invalid JWT: unable to parse or verify signature");

    public static ProblemException SessionNotFound() =>
        new(403, "session_not_found", "Session from session_id claim in JWT does not exist");

    public static ProblemException RefreshTokenNotFound() =>
        new(400, "refresh_token_not_found", "Invalid Refresh Token: Refresh Token Not Found");

    public static ProblemException RefreshTokenAlreadyUsed() =>
        new(400, "refresh_token_already_used", "Invalid Refresh Token: Already Used");

    /// <summary>What the rest of the product calls differently, in this API's words.</summary>
    public static ProblemException Translate(ProblemException problem) => problem.Code switch
    {
        "rate_limited" => new(429, "over_request_rate_limit", "Request rate limit reached", problem.Detail) { RetryAfter = problem.RetryAfter },
        "malformed_json" or "unsupported_media_type" => new(400, "bad_json", "Could not parse request body as JSON", problem.Detail),
        _ => problem,
    };
}
