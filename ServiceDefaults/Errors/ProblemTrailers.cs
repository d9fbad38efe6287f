using System.Text.Json;
using Grpc.Core;

namespace AiTeams.ServiceDefaults.Errors;

/// <summary>How a problem travels beside a gRPC status.</summary>
public static class ProblemTrailers
{
    public const string Code = "problem-code";
    private const string Errors = "problem-errors-bin";

    // Trailers travel in one header block, which clients limit to 8 KB or so.
    private const int MaxErrorBytes = 4096;

    public static RpcException ToRpcException(ProblemException problem)
    {
        var trailers = new Metadata { { Code, problem.Code } };
        if (problem.Problems.Count > 0)
        {
            var errors = JsonSerializer.SerializeToUtf8Bytes(problem.Problems, ProblemJson.Default.IReadOnlyListProblem);
            if (errors.Length <= MaxErrorBytes)
            {
                trailers.Add(Errors, errors);
            }
        }

        return new RpcException(new Status(ToStatusCode(problem.Status), problem.Message), trailers);
    }

    internal static IReadOnlyList<Problem> ReadProblems(Metadata trailers)
    {
        var errors = trailers.Get(Errors)?.ValueBytes;
        return errors is null ? [] : JsonSerializer.Deserialize(errors, ProblemJson.Default.IReadOnlyListProblem) ?? [];
    }

    private static StatusCode ToStatusCode(int status) => status switch
    {
        400 or 413 or 415 or 422 => StatusCode.InvalidArgument,
        401 => StatusCode.Unauthenticated,
        403 => StatusCode.PermissionDenied,
        404 => StatusCode.NotFound,
        409 => StatusCode.FailedPrecondition,
        412 => StatusCode.Aborted,
        429 => StatusCode.ResourceExhausted,
        503 => StatusCode.Unavailable,
        504 => StatusCode.DeadlineExceeded,
        _ => StatusCode.Internal,
    };
}
