namespace AiTeams.Integrations.Http;

/// <summary>One HTTP request to the outside with everything that bounds it.</summary>
internal sealed record OutsideRequest
{
    public const int MaxResponseBytesCeiling = 52_428_800;

    public required string Method { get; init; }

    public required string Url { get; init; }

    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    public ReadOnlyMemory<byte>? Body { get; init; }

    public bool FollowRedirects { get; init; }

    public int MaxRedirects { get; init; }

    public bool AcceptAnyCertificate { get; init; }

    /// <summary>For the whole of it: connecting, redirects, and the last byte of the answer.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Counted after decompression.</summary>
    public int MaxResponseBytes { get; init; } = 10_485_760;
}

internal enum OutsideFailure
{
    None,
    Timeout,
    Network,
    TooLarge,
    TooManyRedirects,
    Refused,
    Tls,
    InvalidRequest,
}

/// <summary>What came of an <see cref="OutsideRequest"/>: a response, or why there is none.</summary>
internal sealed record OutsideResponse
{
    public int StatusCode { get; init; }

    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    public ReadOnlyMemory<byte> Body { get; init; }

    public string Url { get; init; } = "";

    public IReadOnlyList<string> Redirects { get; init; } = [];

    public TimeSpan Duration { get; init; }

    public OutsideFailure Failure { get; init; }

    public string? ErrorMessage { get; init; }

    public static OutsideResponse Failed(OutsideFailure failure, string message) => new() { Failure = failure, ErrorMessage = message };
}
