using AiTeams.Benchmarks.Measuring;
using AiTeams.ServiceDefaults.Database;
using AiTeams.ServiceDefaults.Identity;
using AiTeams.WorkflowEngine.Definitions;
using AiTeams.WorkflowEngine.Executions.Reading;
using Npgsql;

namespace AiTeams.Benchmarks.Database;

/// <summary>The two lists of the dashboard, as their endpoints ask for them, and what row-level security costs them.</summary>
internal static class ListFigures
{
    private const int PageSize = 20;
    private const double Goal = 5;

    public static async Task<IReadOnlyList<Figure>> MeasureAsync(
        BenchmarkDatabase database, Sample sample, BenchmarkOptions options, CancellationToken cancellationToken) =>
    [
        .. await MeasureAsync("workflow_list", "idx_workflows_user_id", Workflows, database, sample, options, cancellationToken),
        .. await MeasureAsync("execution_list", "idx_executions_user_id", Executions, database, sample, options, cancellationToken),
    ];

    private static NpgsqlBatchCommand Workflows(Caller caller) => Statement.Of(
        ListWorkflows.Sql,
        Statement.Uuid(caller.UserId), Statement.Long(null), Statement.Uuid(null), Statement.Flag(null), Statement.Text(null), Statement.Text(null),
        Statement.Text(null), Statement.Integer(PageSize + 1));

    private static NpgsqlBatchCommand Executions(Caller caller) => Statement.Of(
        ListExecutions.Sql,
        Statement.Uuid(caller.UserId), Statement.Moment(null), Statement.Uuid(null), Statement.Uuid(null), Statement.Texts(null), Statement.Texts(null),
        Statement.Moment(null), Statement.Moment(null), Statement.Integer(PageSize + 1));

    private static async Task<Figure[]> MeasureAsync(
        string name, string index, Func<Caller, NpgsqlBatchCommand> statement, BenchmarkDatabase database, Sample sample, BenchmarkOptions options,
        CancellationToken cancellationToken)
    {
        var anybody = sample.Caller(0);
        await Plan.AssertAsync(database, anybody, statement(anybody), index, cancellationToken);

        var times = await Stopwatches.RunAsync(
            options.Samples,
            cancellationToken,
            round => database.Users.QueryAsync(sample.Caller(round), statement(sample.Caller(round)), RoundTrip.ReadAllAsync, cancellationToken),
            round => RoundTrip.RunAsync(database.Admin, statement(sample.Caller(round)), cancellationToken),
            round => InSameShapeAsync(database, sample.Caller(round), statement(sample.Caller(round)), cancellationToken),
            _ => RoundTrip.RunAsync(database.Admin, new NpgsqlBatchCommand("SELECT 1"), cancellationToken));
        var (asUser, withoutRules, sameShape, nothing) = (times[0], times[1], times[2], times[3]);
        return
        [
            Figure.Below(Goal, name, asUser, nothing),
            Figure.Of($"{name}_without_rls", withoutRules, nothing),
            Figure.Surcharge($"{name}_rls_cost", asUser, withoutRules, share: 0.05, milliseconds: 0.2),
            Figure.Surcharge($"{name}_policy_cost", asUser, sameShape, share: 0.05, milliseconds: 0.2),
            Figure.Of($"{name}_baseline_select_1", nothing),
        ];
    }

    /// <summary>With claims and role in front, as for a user, but as superuser: what is left between the two is the policy alone.</summary>
    private static async Task<int> InSameShapeAsync(
        BenchmarkDatabase database, Caller caller, NpgsqlBatchCommand statement, CancellationToken cancellationToken)
    {
        await using var batch = database.Admin.CreateBatch();
        batch.BatchCommands.Add(Statement.Of(
            "SELECT set_config('request.jwt.claims', $1, true), set_config('role', 'none', true)", Statement.Text(caller.ClaimsJson)));
        batch.BatchCommands.Add(statement);
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        return await RoundTrip.ReadAllAsync(reader, cancellationToken);
    }
}
