using System.Text.Json.Nodes;
using AiTeams.Contracts.Integrations.V1;

namespace AiTeams.Integrations.CallLog;

/// <summary>A query as a row of the call log: the statement, never its values and never its rows.</summary>
internal static class QueryCallRecord
{
    private const int MaxStatement = 10_000;

    public static CallRecord Of(CallOwner owner, DateTimeOffset calledAt, QueryDatabaseRequest request, QueryDatabaseResponse answer)
    {
        var connection = request.Connection ?? new();
        var sql = request.Sql.Replace("\0", "", StringComparison.Ordinal);
        return new CallRecord
        {
            Owner = owner,
            CalledAt = calledAt,
            Provider = "postgresql",
            Operation = request.AllowWrites ? "execute" : "query",
            Endpoint = $"postgresql://{connection.Host}:{(connection.Port == 0 ? 5432 : connection.Port)}/{connection.Database}",
            Method = "SQL",
            RequestData = new JsonObject { ["sql"] = Redaction.WithoutSecrets(sql.Length <= MaxStatement ? sql : sql[..MaxStatement], [connection.Password]) }.ToJsonString(),
            ResponseData = new JsonObject { ["row_count"] = answer.RowCount, ["affected_rows"] = answer.AffectedRows, ["truncated"] = answer.Truncated }.ToJsonString(),
            Success = answer.Failure is null,
            ErrorType = answer.Failure?.Code,
            ErrorMessage = answer.Failure?.Message,
            ResponseTimeMs = (int)Math.Min(int.MaxValue, answer.DurationUs / 1000),
        };
    }
}
