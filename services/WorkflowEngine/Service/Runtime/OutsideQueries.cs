using AiTeams.Contracts.Integrations.V1;
using AiTeams.WorkflowEngine.Core.Data;
using AiTeams.WorkflowEngine.Core.Nodes;
using IntegrationsClient = AiTeams.Contracts.Integrations.V1.Integrations.IntegrationsClient;

namespace AiTeams.WorkflowEngine.Runtime;

/// <summary>SQL of nodes, run by the integrations service behind the same guard as every other call.</summary>
internal sealed class OutsideQueries(IntegrationsClient integrations, IntegrationsPatience patience)
{
    public async Task<QueryResult> RunAsync(QueryCall call, CancellationToken cancellationToken)
    {
        var request = new QueryDatabaseRequest
        {
            Context = CallContexts.Of(call),
            Connection = new DatabaseConnection
            {
                Host = call.Host,
                Port = call.Port,
                Database = call.Database,
                Username = call.Username,
                Password = call.Password,
                SslMode = call.SslMode,
            },
            Sql = call.Sql,
            ParametersJson = call.Parameters.ToString(),
            AllowWrites = call.AllowWrites,
            TimeoutMs = (int)Math.Ceiling(call.Timeout.TotalMilliseconds),
            MaxRows = call.MaxRows,
            MaxBytes = call.MaxBytes,
        };
        var (answer, failure) = await patience.AskAsync(
            deadline => integrations.QueryDatabaseAsync(request, deadline: deadline, cancellationToken: cancellationToken),
            call.Timeout,
            cancellationToken);
        return answer is null
            ? new QueryResult { Failure = new(failure!.IsTimeout ? "query_timeout" : failure.IsRefused ? "invalid_query" : "integrations_unavailable", failure.Message, null, !failure.IsRefused) }
            : Result(answer);
    }

    private static QueryResult Result(QueryDatabaseResponse answer) => new()
    {
        Rows = answer.RowsJson.IsEmpty ? JsonData.Array() : JsonData.Parse(answer.RowsJson.Memory.Span),
        Columns = JsonData.Array(answer.Columns.Select(column => JsonData.Object(("name", column.Name), ("type", column.Type)))),
        RowCount = answer.RowCount,
        AffectedRows = answer.AffectedRows < 0 ? null : answer.AffectedRows,
        IsTruncated = answer.Truncated,
        Failure = answer.Failure is { } failure
            ? new(failure.Code, failure.Message, failure.SqlState.Length > 0 ? failure.SqlState : null, failure.Retryable)
            : null,
    };
}
