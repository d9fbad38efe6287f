using AiTeams.WorkflowEngine.Core.Data;

namespace AiTeams.WorkflowEngine.Core.Nodes;

/// <summary>One SQL statement on a database of the user's.</summary>
public sealed record QueryCall : OutsideCall
{
    public required string Host { get; init; }

    public required int Port { get; init; }

    public required string Database { get; init; }

    public required string Username { get; init; }

    public string Password { get; init; } = "";

    /// <summary>As libpq's sslmode.</summary>
    public string SslMode { get; init; } = "prefer";

    public required string Sql { get; init; }

    /// <summary>An array: the value of $1 first.</summary>
    public required JsonData Parameters { get; init; }

    public bool AllowWrites { get; init; }

    public int MaxRows { get; init; } = 1000;

    public int MaxBytes { get; init; } = 10_485_760;

    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    // A record prints its members, and this one would print a password.
    public override string ToString() => $"{nameof(QueryCall)} {Host}/{Database}";
}

/// <summary>What came of a <see cref="QueryCall"/>: rows, or a failure.</summary>
public sealed record QueryResult : OutsideResult
{
    public JsonData Rows { get; init; } = JsonData.Array();

    /// <summary>{name, type} of each column.</summary>
    public JsonData Columns { get; init; } = JsonData.Array();

    public long RowCount { get; init; }

    /// <summary>Null for a statement that changes nothing.</summary>
    public long? AffectedRows { get; init; }

    public bool IsTruncated { get; init; }

    public QueryFailure? Failure { get; init; }
}

/// <summary>Why there are no rows. SqlState is PostgreSQL's, null when the server said nothing.</summary>
public sealed record QueryFailure(string Code, string Message, string? SqlState, bool IsRetryable);
