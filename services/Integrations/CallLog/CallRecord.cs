namespace AiTeams.Integrations.CallLog;

/// <summary>One row of external_api_call_logs, with nothing in it that may not be read by its user.</summary>
internal sealed record CallRecord
{
    public required CallOwner Owner { get; init; }

    public required DateTimeOffset CalledAt { get; init; }

    public required string Provider { get; init; }

    public required string Operation { get; init; }

    public string? Endpoint { get; init; }

    public string? Method { get; init; }

    /// <summary>JSON, as the four columns of the same names.</summary>
    public string? RequestData { get; init; }

    public string? ResponseData { get; init; }

    public string RequestHeaders { get; init; } = "{}";

    public string ResponseHeaders { get; init; } = "{}";

    public bool Success { get; init; }

    public int? StatusCode { get; init; }

    public string? ErrorType { get; init; }

    public string? ErrorMessage { get; init; }

    public int ResponseTimeMs { get; init; }

    public int? RateLimitRemaining { get; init; }

    public DateTimeOffset? RateLimitResetAt { get; init; }
}
