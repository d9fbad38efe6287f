namespace AiTeams.WorkflowEngine.Core.Nodes;

/// <summary>One HTTP request, ready to be sent as it is.</summary>
public sealed record HttpCall : OutsideCall
{
    public required string Method { get; init; }

    public required Uri Url { get; init; }

    /// <summary>Includes Content-Type where there is a body, and Authorization where configured.</summary>
    public required IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; }

    public ReadOnlyMemory<byte>? Body { get; init; }

    public bool FollowRedirects { get; init; } = true;

    public int MaxRedirects { get; init; } = 5;

    public bool VerifyTls { get; init; } = true;

    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Values that are shown to the server it calls and to nobody else: masked in logs, errors and outputs.</summary>
    public IReadOnlyList<string> Secrets { get; init; } = [];

    /// <summary>A longer response body is cut off and the call fails.</summary>
    public int MaxResponseBytes { get; init; } = 10 * 1024 * 1024;
}

public enum HttpErrorKind
{
    None,
    Timeout,
    Network,
    TooLarge,
    TooManyRedirects,

    /// <summary>The address is not allowed to be called.</summary>
    Refused,

    /// <summary>The other side could not prove who it is.</summary>
    Tls,

    /// <summary>It cannot be sent as it is written.</summary>
    InvalidRequest,

    /// <summary>Our own way out was away; the call may have been made or not.</summary>
    Unavailable,
}

/// <summary>What came of an <see cref="HttpCall"/>: a response, or the error that kept it from coming.</summary>
public sealed record HttpResult : OutsideResult
{
    public int StatusCode { get; init; }

    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>The address that answered in the end.</summary>
    public string? Url { get; init; }

    public IReadOnlyList<string> Redirects { get; init; } = [];

    public TimeSpan Duration { get; init; }

    public HttpErrorKind Error { get; init; }

    public string? ErrorMessage { get; init; }

    public static HttpResult Failed(HttpErrorKind kind, string message, TimeSpan duration = default) =>
        new() { Error = kind, ErrorMessage = message, Duration = duration };
}
