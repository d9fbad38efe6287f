using AiTeams.WorkflowEngine.Core.Data;
using AiTeams.WorkflowEngine.Core.Executions;
using AiTeams.WorkflowEngine.Core.Expressions;

namespace AiTeams.WorkflowEngine.Core.Nodes;

/// <summary>
/// ACTION.DATABASE_QUERY. The statement is the author's text as it stands in the document: what a run brings along goes in as values
/// of $1, $2 and can therefore not become SQL.
/// </summary>
internal sealed class DatabaseQueryNode : NodeBehaviour
{
    public override IEnumerable<(string Parameter, string Message)> Check(JsonData configuration)
    {
        if (configuration["query"].Text is { } query && query.Contains("{{", StringComparison.Ordinal))
        {
            yield return ("query", "A statement has no templates: write $1 and put the value into parameters.");
        }
    }

    public override NodeStep Begin(NodeContext node)
    {
        var configuration = node.Configuration;
        var sql = node.Node.Definition.Configurations["query"].Text ?? "";
        if (sql.Contains("{{", StringComparison.Ordinal))
        {
            return new NodeStep.Failed(new("invalid_parameter", "A statement has no templates: write $1 and put the value into parameters."));
        }

        var parameters = configuration["parameters"].IsNull ? node.Inputs["parameters"] : configuration["parameters"];
        if (!parameters.IsNull && !parameters.IsArray)
        {
            return new NodeStep.Failed(new("invalid_parameter", "The parameters are a list: the value of $1 first."));
        }

        return new NodeStep.Call(new QueryCall
        {
            Host = configuration["host"].ToDisplayText(),
            Port = Whole(configuration["port"], 5432),
            Database = configuration["database"].ToDisplayText(),
            Username = configuration["username"].ToDisplayText(),
            Password = configuration["password"].ToDisplayText(),
            SslMode = configuration["ssl_mode"].Text ?? "prefer",
            Sql = sql,
            Parameters = parameters.IsArray ? parameters : JsonData.Array(),
            AllowWrites = configuration["allow_writes"].IsTrue,
            MaxRows = Whole(configuration["max_rows"], 1000),
            MaxBytes = Whole(configuration["max_bytes"], 10_485_760),
            Timeout = TimeSpan.FromSeconds(Values.TryNumber(configuration["timeout"], out var seconds) ? Math.Clamp(seconds, 0.1, 1000) : 30),
            IdempotencyKey = node.Run.IdempotencyKey(node.Start.ExecutionId),
        });
    }

    public override NodeStep AfterCall(NodeContext node, OutsideResult result)
    {
        var answer = (QueryResult)result;
        var message = answer.Failure is { } said ? HttpSecrets.Masked(said.Message, [node.Configuration["password"].ToDisplayText()]) : null;
        var payload = JsonData.Object(
            ("rows", answer.Rows),
            ("row_count", answer.RowCount),
            ("affected_rows", answer.AffectedRows is { } affected ? affected : JsonData.Null),
            ("columns", answer.Columns),
            ("truncated", answer.IsTruncated),
            ("success", answer.Failure is null),
            ("error_message", message));
        if (answer.Failure is not { } failure)
        {
            return NodeStep.Result(payload);
        }

        // Nobody can tell whether a statement that writes has been run when its answer did not come back: not again without being asked.
        var isUnclear = node.Configuration["allow_writes"].IsTrue && failure.SqlState is null;
        return new NodeStep.Failed(
            new NodeFailure(failure.Code, message!, failure.IsRetryable && !isUnclear, JsonData.Object(("sql_state", failure.SqlState))),
            JsonData.Object(("result", payload)));
    }

    private static int Whole(JsonData value, int fallback) =>
        Values.TryNumber(value, out var number) ? (int)Math.Clamp(number, 1, int.MaxValue) : fallback;
}
