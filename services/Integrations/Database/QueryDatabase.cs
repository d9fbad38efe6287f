using System.Data;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text.Json;
using AiTeams.Contracts.Integrations.V1;
using AiTeams.Integrations.CallLog;
using AiTeams.Integrations.Outside;
using Google.Protobuf;
using Npgsql;

namespace AiTeams.Integrations.Database;

/// <summary>
/// One parameterised statement on a user's own database, in a read-only transaction unless writing was asked for. Whatever the
/// database says is an answer; only the caller's cancellation throws.
/// </summary>
internal sealed class QueryDatabase(TargetPools pools, ApiCallLog log, TimeProvider clock)
{
    private const int MaxRowsCeiling = 100_000;
    private const int MaxBytesCeiling = 52_428_800;

    public async Task<QueryDatabaseResponse> HandleAsync(QueryDatabaseRequest request, CancellationToken cancellationToken)
    {
        var owner = CallOwner.From(request.Context);
        var calledAt = clock.GetUtcNow();
        var started = clock.GetTimestamp();

        var answer = await AnswerAsync(request, cancellationToken);

        answer.DurationUs = (long)clock.GetElapsedTime(started).TotalMicroseconds;
        log.Add(QueryCallRecord.Of(owner, calledAt, request, answer));
        return answer;
    }

    private async Task<QueryDatabaseResponse> AnswerAsync(QueryDatabaseRequest request, CancellationToken cancellationToken)
    {
        var (target, problem) = DatabaseTarget.From(request.Connection);
        if (target is null)
        {
            return Refused(problem!);
        }

        if (!TryParse(request.ParametersJson, out var parameters))
        {
            return Refused($"The parameters are a JSON array of at most {QueryParameters.Max} values.");
        }

        using var values = parameters;
        if (Mismatch(request.Sql, values.RootElement.GetArrayLength()) is { } mismatch)
        {
            return Refused(mismatch);
        }

        var timeout = TimeSpan.FromMilliseconds(Math.Clamp(request.TimeoutMs, 1, 1_000_000));
        using var limit = new CancellationTokenSource(timeout + TimeSpan.FromSeconds(2), clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await using var connection = await pools.OpenAsync(target, either.Token);
            return await RunAsync(connection, request, values.RootElement, timeout, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Failed("query_timeout", $"No answer within {timeout.TotalSeconds:0.###} s.", retryable: true);
        }
        catch (Exception ex) when (ex is NpgsqlException or SocketException or TimeoutException or RefusedTargetException
            or AuthenticationException or IOException or InvalidCastException or NotSupportedException or InvalidOperationException)
        {
            return new() { Failure = QueryFailures.Of(ex, target) };
        }
    }

    private static async Task<QueryDatabaseResponse> RunAsync(
        NpgsqlConnection connection, QueryDatabaseRequest request, JsonElement parameters, TimeSpan timeout, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using (var settings = new NpgsqlCommand("SELECT set_config('statement_timeout', $1, true), set_config('transaction_read_only', $2, true)", connection, transaction))
        {
            settings.Parameters.Add(new() { Value = $"{(long)timeout.TotalMilliseconds}" });
            settings.Parameters.Add(new() { Value = request.AllowWrites ? "off" : "on" });
            await settings.ExecuteNonQueryAsync(cancellationToken);
        }

        await using var command = new NpgsqlCommand(request.Sql, connection, transaction) { AllResultTypesAreUnknown = true, CommandTimeout = 0 };
        QueryParameters.Bind(command, parameters);
        var maxRows = Math.Clamp(request.MaxRows, 1, MaxRowsCeiling);
        using var rows = new RowWriter(Math.Clamp(request.MaxBytes, 1, MaxBytesCeiling));
        var answer = new QueryDatabaseResponse { AffectedRows = -1 };
        await using (var reader = await command.ExecuteReaderAsync(CommandBehavior.SequentialAccess, cancellationToken))
        {
            rows.Describe(reader);
            while (await reader.ReadAsync(cancellationToken))
            {
                if (answer.RowCount == maxRows)
                {
                    answer.Truncated = true;
                    break;
                }

                if (!await rows.WriteAsync(reader, cancellationToken))
                {
                    command.Cancel();
                    return Failed("result_too_large", $"The rows are longer than {request.MaxBytes} bytes.", retryable: false);
                }

                answer.RowCount++;
            }

            if (answer.Truncated && !request.AllowWrites)
            {
                command.Cancel();                         // or closing the reader would read the rest
                return Filled(answer, rows);
            }

            while (answer.Truncated && await reader.ReadAsync(cancellationToken))
            {
                // what a writing statement returns is read to its end, so that the statement comes to its end
            }

            await reader.CloseAsync();
            answer.AffectedRows = reader.RecordsAffected;
        }

        if (request.AllowWrites)
        {
            await transaction.CommitAsync(cancellationToken);
        }

        return Filled(answer, rows);
    }

    private static QueryDatabaseResponse Filled(QueryDatabaseResponse answer, RowWriter rows)
    {
        answer.Columns.AddRange(rows.Columns.Select(column => new DatabaseColumn { Name = column.Name, Type = column.Type }));
        answer.RowsJson = ByteString.CopyFrom(rows.Finish().Span);
        return answer;
    }

    private static string? Mismatch(string sql, int given)
    {
        var (statements, parameters) = SqlText.Scan(sql);
        return statements switch
        {
            0 => "There is no statement.",
            > 1 => "More than one statement; a call runs one.",
            _ when parameters != given => $"The statement has parameters up to ${parameters}, and {given} values are given.",
            _ => null,
        };
    }

    private static bool TryParse(string json, out JsonDocument document)
    {
        try
        {
            document = JsonDocument.Parse(json.Length == 0 ? "[]" : json);
            return document.RootElement is { ValueKind: JsonValueKind.Array } && document.RootElement.GetArrayLength() <= QueryParameters.Max;
        }
        catch (JsonException)
        {
            document = null!;
            return false;
        }
    }

    private static QueryDatabaseResponse Refused(string message) => Failed("invalid_query", message, retryable: false);

    private static QueryDatabaseResponse Failed(string code, string message, bool retryable) =>
        new() { Failure = new DatabaseFailure { Code = code, Message = message, Retryable = retryable } };
}
