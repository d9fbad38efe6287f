using Npgsql;

namespace AiTeams.Integrations.CallLog;

/// <summary>Any number of calls in one statement.</summary>
internal static class CallLogStatement
{
    private const string Insert = """
        INSERT INTO external_api_call_logs (user_id, workflow_execution_id, node_id, provider, operation, api_endpoint, http_method,
          request_data, response_data, request_headers, response_headers, success, status_code, error_type, error_message,
          response_time_ms, retry_count, rate_limit_remaining, rate_limit_reset_at, called_at)
        SELECT user_id, execution_id, node_id, provider, operation, endpoint, method, request_data::jsonb, response_data::jsonb,
          request_headers::jsonb, response_headers::jsonb, success, status_code, error_type, error_message, time_ms, attempt, remaining, reset_at, called_at
        FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[],
          $11::text[], $12::boolean[], $13::integer[], $14::text[], $15::text[], $16::integer[], $17::integer[], $18::integer[],
          $19::timestamptz[], $20::timestamptz[])
          AS call (user_id, execution_id, node_id, provider, operation, endpoint, method, request_data, response_data, request_headers,
            response_headers, success, status_code, error_type, error_message, time_ms, attempt, remaining, reset_at, called_at)
        """;

    public static async Task InsertAsync(NpgsqlDataSource database, IReadOnlyList<CallRecord> records, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(Insert);
        Add(records.Select(record => record.Owner.UserId));
        Add(records.Select(record => record.Owner.ExecutionId));
        Add(records.Select(record => record.Owner.NodeId));
        Add(records.Select(record => record.Provider));
        Add(records.Select(record => record.Operation));
        Add(records.Select(record => record.Endpoint));
        Add(records.Select(record => record.Method));
        Add(records.Select(record => record.RequestData));
        Add(records.Select(record => record.ResponseData));
        Add(records.Select(record => record.RequestHeaders));
        Add(records.Select(record => record.ResponseHeaders));
        Add(records.Select(record => record.Success));
        Add(records.Select(record => record.StatusCode));
        Add(records.Select(record => record.ErrorType));
        Add(records.Select(record => record.ErrorMessage));
        Add(records.Select(record => record.ResponseTimeMs));
        Add(records.Select(record => record.Owner.Attempt));
        Add(records.Select(record => record.RateLimitRemaining));
        Add(records.Select(record => record.RateLimitResetAt?.UtcDateTime));
        Add(records.Select(record => record.CalledAt.UtcDateTime));
        await command.ExecuteNonQueryAsync(cancellationToken);

        void Add<T>(IEnumerable<T> values) => command.Parameters.Add(new NpgsqlParameter<T[]> { TypedValue = [.. values] });
    }
}
