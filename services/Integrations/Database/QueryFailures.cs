using AiTeams.Contracts.Integrations.V1;
using AiTeams.Integrations.CallLog;
using AiTeams.Integrations.Outside;
using Npgsql;

namespace AiTeams.Integrations.Database;

/// <summary>What a database's refusal means for the node. Classes as in PostgreSQL's appendix A.</summary>
internal static class QueryFailures
{
    private const string Canceled = "57014";
    private const string ReadOnly = "25006";

    public static DatabaseFailure Of(Exception exception, DatabaseTarget target)
    {
        var (code, message, retryable) = exception switch
        {
            RefusedTargetException refused => ("address_refused", refused.Message, false),
            PostgresException { SqlState: Canceled } => ("query_timeout", "The statement took longer than it may.", true),
            PostgresException { SqlState: ReadOnly } wrote => ("read_only", $"{wrote.MessageText}: set allow_writes for a statement that changes something.", false),
            PostgresException said => ("query_failed", Text(said), IsWorthAnotherTry(said.SqlState)),
            NotSupportedException or InvalidCastException => ("invalid_query", "The statement is of a kind that is not run here.", false),
            _ => ("connection_failed", $"No connection to the database: {exception.GetBaseException().Message}", true),
        };
        return new DatabaseFailure
        {
            Code = code,
            SqlState = exception is PostgresException { SqlState: var state } ? state : "",
            Message = Redaction.WithoutSecrets(message, [target.Password]),
            Retryable = retryable,
        };
    }

    // Serialization failures and deadlocks, connections lost, resources short, the server going down or starting.
    private static bool IsWorthAnotherTry(string state) =>
        state is "40001" or "40P01" or "55P03" or "57P01" or "57P02" or "57P03" || state.StartsWith("08", StringComparison.Ordinal)
        || state.StartsWith("53", StringComparison.Ordinal) || state.StartsWith("58", StringComparison.Ordinal);

    private static string Text(PostgresException said) =>
        said.Hint is { Length: > 0 } hint ? $"{said.MessageText} ({hint})" : said.MessageText;
}
