using System.Net.Sockets;
using AiTeams.ServiceDefaults.Errors;
using Grpc.Core;
using Npgsql;

namespace AiTeams.ServiceDefaults.Tests.Errors;

public sealed class ExceptionMappingTests
{
    [Theory]
    [InlineData("57P01", true)]  // the administrator ends the connection
    [InlineData("57P02", true)]  // another process crashed
    [InlineData("57P03", true)]  // starting up or shutting down
    [InlineData("08006", true)]
    [InlineData("53300", true)]  // too many connections
    [InlineData("40P01", true)]  // deadlock: the same again will do
    [InlineData("23505", false)]
    [InlineData("42501", false)]
    [InlineData("42P01", false)]
    public void Knows_when_Postgres_is_unavailable(string sqlState, bool isUnavailable) =>
        Assert.Equal(isUnavailable, ExceptionMapping.IsDatabaseUnavailable(new PostgresException("x", "FATAL", "FATAL", sqlState)));

    [Fact]
    public void A_refused_or_broken_connection_is_an_unavailable_database()
    {
        Assert.True(ExceptionMapping.IsDatabaseUnavailable(new NpgsqlException("x", new SocketException(111))));
        Assert.True(ExceptionMapping.IsDatabaseUnavailable(new NpgsqlException("x", new EndOfStreamException())));
        Assert.True(ExceptionMapping.IsDatabaseUnavailable(new InvalidOperationException("x", new NpgsqlException("y", new TimeoutException()))));
        Assert.False(ExceptionMapping.IsDatabaseUnavailable(new SocketException(111)));
    }

    [Theory]
    [InlineData(StatusCode.Unavailable, 503, "service_unavailable")]
    [InlineData(StatusCode.DeadlineExceeded, 504, "upstream_timeout")]
    [InlineData(StatusCode.NotFound, 404, "not_found")]
    [InlineData(StatusCode.InvalidArgument, 422, "validation_failed")]
    [InlineData(StatusCode.FailedPrecondition, 409, "conflict")]
    [InlineData(StatusCode.Aborted, 409, "conflict")]
    [InlineData(StatusCode.ResourceExhausted, 429, "rate_limited")]
    public void A_refused_call_becomes_the_same_refusal(StatusCode status, int http, string code)
    {
        var problem = ExceptionMapping.ToProblem(new RpcException(new Status(status, "why")));

        Assert.Equal((http, code), (problem?.Status, problem?.Code));
    }

    [Theory]
    [InlineData(StatusCode.Unauthenticated)]
    [InlineData(StatusCode.PermissionDenied)]
    [InlineData(StatusCode.Internal)]
    [InlineData(StatusCode.Unknown)]
    [InlineData(StatusCode.Unimplemented)]
    public void A_call_that_should_have_worked_is_our_fault(StatusCode status) =>
        Assert.Null(ExceptionMapping.ToProblem(new RpcException(new Status(status, "why"))));

    [Fact]
    public void A_problem_survives_the_way_through_gRPC_and_back()
    {
        var sent = Problems.Validation([new Problem("cycle", "The nodes form a cycle.", "/connections/0") { NodeId = "a", Hint = "Remove one." }]);

        var got = ExceptionMapping.ToProblem(ProblemTrailers.ToRpcException(sent));

        Assert.Equal((422, "validation_failed", sent.Problems[0]), (got?.Status, got?.Code, got?.Problems.Single()));
    }

    [Fact]
    public void A_list_of_problems_too_long_for_trailers_is_left_out_and_the_refusal_stays()
    {
        var sent = Problems.Validation([.. Enumerable.Range(0, 500).Select(i => new Problem("x", "A sentence about it.", $"/nodes/{i}"))]);

        var got = ExceptionMapping.ToProblem(ProblemTrailers.ToRpcException(sent));

        Assert.Equal((422, 0), (got?.Status, got?.Problems.Count));
    }

    [Theory]
    [InlineData("$", "")]
    [InlineData("$.a.b", "/a/b")]
    [InlineData("$.a[0].b", "/a/0/b")]
    [InlineData("$['a b'].c", "/a b/c")]
    [InlineData("$['a/b~']", "/a~1b~0")]
    [InlineData("$.a['x.y'][2]", "/a/x.y/2")]
    public void A_path_of_the_serializer_becomes_a_JSON_pointer(string path, string pointer) =>
        Assert.Equal(pointer, JsonFailure.ToPointer(path));
}
