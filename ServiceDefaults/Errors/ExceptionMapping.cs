using System.Net.Sockets;
using System.Text.Json;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Npgsql;

namespace AiTeams.ServiceDefaults.Errors;

/// <summary>The one place that knows which exception means which answer.</summary>
public static class ExceptionMapping
{
    /// <summary>The problem an exception stands for; null when it is a fault of ours.</summary>
    public static ProblemException? ToProblem(Exception exception) => exception switch
    {
        ProblemException problem => problem,
        BadHttpRequestException { InnerException: JsonException failure } => JsonFailure.ToProblem(failure),
        BadHttpRequestException request => FromRequest(request),
        RpcException call => FromCall(call),
        _ when IsDatabaseUnavailable(exception) => Problems.DatabaseUnavailable(),
        _ => null,
    };

    /// <summary>
    /// Postgres cannot be reached, is going down or coming up, or has no connection left. Such a statement may or may not have
    /// been carried out: only the client, who knows its idempotency key, can repeat it safely.
    /// </summary>
    public static bool IsDatabaseUnavailable(Exception exception)
    {
        for (var e = exception; e is not null; e = e.InnerException)
        {
            switch (e)
            {
                case PostgresException answer:
                    return answer.IsTransient || answer.SqlState is "57P01" or "57P02" or "57P03" or "53300"
                        || answer.SqlState.StartsWith("08", StringComparison.Ordinal);
                case NpgsqlException { IsTransient: true }:
                case NpgsqlException { InnerException: SocketException or TimeoutException or IOException }:
                    return true;
            }
        }

        return false;
    }

    private static ProblemException FromRequest(BadHttpRequestException request)
    {
        var known = Problems.ForStatus(request.StatusCode);
        return new ProblemException(known.Status, known.Code, known.Title, request.Message);
    }

    // What a service answered another service, told to the client in the terms it was refused with.
    private static ProblemException? FromCall(RpcException call)
    {
        var code = call.Trailers.GetValue(ProblemTrailers.Code);
        var detail = call.Status.Detail;
        return call.StatusCode switch
        {
            StatusCode.Unavailable => code is null ? Problems.ServiceUnavailable() : Again(503, code, detail),
            StatusCode.DeadlineExceeded => Problems.UpstreamTimeout(),
            StatusCode.NotFound => Again(404, code ?? "not_found", detail),
            StatusCode.InvalidArgument => Again(422, code ?? "validation_failed", detail),
            StatusCode.FailedPrecondition or StatusCode.Aborted or StatusCode.AlreadyExists => Again(409, code ?? "conflict", detail),
            StatusCode.ResourceExhausted => Again(429, code ?? "rate_limited", detail),
            _ => null,
        };

        ProblemException Again(int status, string problemCode, string text) =>
            new(status, problemCode, Problems.ForStatus(status).Title, text)
            {
                Problems = ProblemTrailers.ReadProblems(call.Trailers),
                RetryAfter = status == 503 ? TimeSpan.FromSeconds(1) : null,
            };
    }
}
