using AiTeams.WorkflowEngine.Core.Nodes;

namespace AiTeams.WorkflowEngine.Core.Tests.Nodes;

public sealed class DatabaseQueryNodeTests
{
    private const string Connection = "\"host\":\"db.test\",\"database\":\"shop\",\"username\":\"ann\",\"password\":\"s3cr3t-pass\"";

    [Fact]
    public void Values_of_the_run_go_in_as_parameters_with_their_types()
    {
        var call = Run.Of(Draft(""" "query":"SELECT $1, $2","parameters":["{{ $json.id }}","{{ $json.name }}"],"allow_writes":true """), """{"id":7,"name":"x' OR 1=1 --"}""")
            .Query("ask");

        Assert.Equal("SELECT $1, $2", call.Sql);
        Assert.Equal("""[7,"x' OR 1=1 --"]""", call.Parameters.ToString());
        Assert.Equal(("db.test", 5432, "shop", "ann", "s3cr3t-pass", true), (call.Host, call.Port, call.Database, call.Username, call.Password, call.AllowWrites));
        Assert.Equal("exec_1:ask:0", call.IdempotencyKey);
        Assert.DoesNotContain("s3cr3t", call.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_become_the_output()
    {
        var run = Run.Of(Draft(""" "query":"SELECT 1" """)).Answer("ask", new QueryResult { Rows = JsonData.Parse("""[{"n":12345678901234567890.123}]"""), RowCount = 1 });

        Assert.Equal("""[{"n":12345678901234567890.123}]""", run.Output("ask")["rows"].ToString());
        Assert.True(run.Output("ask")["affected_rows"].IsNull);
    }

    [Theory]
    [InlineData(false, null, true, true)]
    [InlineData(true, null, true, false)]
    [InlineData(true, "40001", true, true)]
    [InlineData(false, "42601", false, false)]
    public void A_failure_is_tried_again_only_where_that_can_do_no_harm(bool writes, string? state, bool retryable, bool triedAgain)
    {
        var run = Run.Of(Draft($""" "query":"SELECT 1","allow_writes":{(writes ? "true" : "false")},"retry_attempts":0 """))
            .Answer("ask", new QueryResult { Failure = new("query_failed", "no: s3cr3t-pass", state, retryable) });

        var cause = run.State.Failure!.Cause;
        Assert.Equal(("query_failed", triedAgain, state), (cause.Code, cause.IsRetryable, cause.Details["sql_state"].Text));
        Assert.DoesNotContain("s3cr3t", cause.ToJson().ToString() + run.Output("ask"), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_list_of_values_fails_without_a_call() => Assert.Equal(
        "invalid_parameter",
        Run.Of(Draft(""" "query":"SELECT $1" """), """{"parameters":"x"}""").State.Failure!.Cause.Code);

    private static Draft Draft(string configurations) =>
        Tests.Draft.Manual().Node("ask", "ACTION.DATABASE_QUERY", $$"""{{{Connection}},{{configurations}}}""").Connect("start -> ask");
}
