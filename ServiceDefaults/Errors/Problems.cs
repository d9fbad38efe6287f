using Microsoft.AspNetCore.Http;

namespace AiTeams.ServiceDefaults.Errors;

/// <summary>The refusals every service shares. Throw what these return.</summary>
public static class Problems
{
    /// <summary>Absent and another user's look the same on purpose.</summary>
    /// <param name="what">What was looked for, as a noun: "workflow".</param>
    public static ProblemException NotFound(string what) =>
        new(StatusCodes.Status404NotFound, "not_found", "Not found", $"There is no such {what}.");

    public static ProblemException Unauthorized(string? detail = null) =>
        new(StatusCodes.Status401Unauthorized, "unauthorized", "Authentication is required", detail);

    public static ProblemException Forbidden(string? detail = null) =>
        new(StatusCodes.Status403Forbidden, "forbidden", "Not allowed", detail);

    public static ProblemException BadRequest(string detail, string code = "bad_request") =>
        new(StatusCodes.Status400BadRequest, code, "The request is not valid", detail);

    /// <summary>The state of the thing does not allow it.</summary>
    public static ProblemException Conflict(string detail, string code = "conflict") =>
        new(StatusCodes.Status409Conflict, code, "The current state does not allow this", detail);

    /// <summary>If-Match named a version that is no longer the latest.</summary>
    public static ProblemException PreconditionFailed(string detail, string code = "precondition_failed") =>
        new(StatusCodes.Status412PreconditionFailed, code, "It was changed in the meantime", detail);

    /// <summary>A request that must name the version it changes did not.</summary>
    public static ProblemException PreconditionRequired(string detail) =>
        new(StatusCodes.Status428PreconditionRequired, "precondition_required", "If-Match is required", detail);

    public static ProblemException TooLarge(string? detail = null) =>
        new(StatusCodes.Status413PayloadTooLarge, "body_too_large", "The body is too large", detail);

    public static ProblemException UnsupportedMediaType(string? detail = null) =>
        new(StatusCodes.Status415UnsupportedMediaType, "unsupported_media_type", "The media type is not supported", detail);

    /// <summary>Every problem of the body at once, so that the caller need not find them one by one.</summary>
    public static ProblemException Validation(IReadOnlyList<Problem> problems) =>
        new(StatusCodes.Status422UnprocessableEntity, "validation_failed", "The request was understood and is not valid",
            problems.Count == 1 ? problems[0].Message : $"{problems.Count} problems were found.")
        { Problems = problems };

    public static ProblemException Validation(string code, string message, string pointer) =>
        Validation([new Problem(code, message, pointer)]);

    public static ProblemException MalformedJson(string detail) =>
        new(StatusCodes.Status422UnprocessableEntity, "malformed_json", "The body is not valid JSON", detail)
        { Problems = [new Problem("malformed_json", detail, "")] };

    public static ProblemException RateLimited(TimeSpan retryAfter, string? detail = null) =>
        new(StatusCodes.Status429TooManyRequests, "rate_limited", "Too many requests", detail) { RetryAfter = retryAfter };

    public static ProblemException DatabaseUnavailable() =>
        new(StatusCodes.Status503ServiceUnavailable, "database_unavailable", "The database cannot be reached", "Try again in a moment.")
        { RetryAfter = TimeSpan.FromSeconds(1) };

    public static ProblemException ServiceUnavailable(string? detail = null) =>
        new(StatusCodes.Status503ServiceUnavailable, "service_unavailable", "A needed service cannot be reached", detail)
        { RetryAfter = TimeSpan.FromSeconds(1) };

    public static ProblemException UpstreamTimeout(string? detail = null) =>
        new(StatusCodes.Status504GatewayTimeout, "upstream_timeout", "A needed service did not answer in time", detail);

    /// <summary>Says nothing about the cause: that is in the log under the same trace id.</summary>
    public static ProblemException Internal() =>
        new(StatusCodes.Status500InternalServerError, "internal_error", "Something went wrong on our side");

    /// <summary>The problem behind a bare status code, as routing and authentication leave it.</summary>
    internal static ProblemException ForStatus(int status) => status switch
    {
        StatusCodes.Status401Unauthorized => Unauthorized(),
        StatusCodes.Status403Forbidden => Forbidden(),
        StatusCodes.Status404NotFound => new(status, "not_found", "Not found"),
        StatusCodes.Status405MethodNotAllowed => new(status, "method_not_allowed", "The method is not allowed here"),
        StatusCodes.Status406NotAcceptable => new(status, "not_acceptable", "No acceptable representation"),
        StatusCodes.Status408RequestTimeout => new(status, "request_timeout", "The request came too slowly"),
        StatusCodes.Status409Conflict => new(status, "conflict", "The current state does not allow this"),
        StatusCodes.Status413PayloadTooLarge => TooLarge(),
        StatusCodes.Status415UnsupportedMediaType => UnsupportedMediaType(),
        StatusCodes.Status422UnprocessableEntity => new(status, "validation_failed", "The request was understood and is not valid"),
        StatusCodes.Status429TooManyRequests => new(status, "rate_limited", "Too many requests"),
        StatusCodes.Status431RequestHeaderFieldsTooLarge => new(status, "headers_too_large", "The headers are too large"),
        StatusCodes.Status502BadGateway => new(status, "bad_gateway", "A needed service did not answer properly"),
        StatusCodes.Status503ServiceUnavailable => new(status, "service_unavailable", "A needed service cannot be reached"),
        StatusCodes.Status504GatewayTimeout => UpstreamTimeout(),
        >= 500 => Internal(),
        _ => new(status, "bad_request", "The request is not valid"),
    };
}
