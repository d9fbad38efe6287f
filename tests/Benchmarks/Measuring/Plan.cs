using System.Globalization;
using AiTeams.ServiceDefaults.Identity;
using Npgsql;

namespace AiTeams.Benchmarks.Measuring;

/// <summary>What must be true of a statement's plan before it is worth timing.</summary>
internal static class Plan
{
    /// <summary>As the role of these connections.</summary>
    public static async Task<string> ExplainAsync(NpgsqlDataSource dataSource, NpgsqlBatchCommand command, CancellationToken cancellationToken)
    {
        await using var batch = dataSource.CreateBatch();
        batch.BatchCommands.Add(Explain(command));
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        return await ReadAsync(reader, cancellationToken);
    }

    /// <summary>The statement is answered by this index, reads no table from end to end, and asks who the caller is once.</summary>
    public static async Task AssertAsync(
        BenchmarkDatabase database, Caller caller, NpgsqlBatchCommand command, string index, CancellationToken cancellationToken)
    {
        var plan = await database.Users.QueryAsync(caller, Explain(command), ReadAsync, cancellationToken);
        Require(plan.Contains($" {index}", StringComparison.Ordinal), $"index {index}", plan);
        Require(plan.Contains("InitPlan", StringComparison.Ordinal), "auth.uid() evaluated once (InitPlan)", plan);
        Require(!plan.Contains("Seq Scan", StringComparison.Ordinal), "no Seq Scan", plan);
    }

    public static void Require(bool isTrue, string what, string plan)
    {
        if (!isTrue)
        {
            throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"The plan has not what it must have: {what}.\n{plan}"));
        }
    }

    private static NpgsqlBatchCommand Explain(NpgsqlBatchCommand command)
    {
        var explain = new NpgsqlBatchCommand($"EXPLAIN (COSTS OFF) {command.CommandText}");
        foreach (var parameter in command.Parameters.Cast<NpgsqlParameter>())
        {
            explain.Parameters.Add(parameter.Clone());
        }

        return explain;
    }

    private static async Task<string> ReadAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        var lines = new List<string>();
        while (await reader.ReadAsync(cancellationToken))
        {
            lines.Add(reader.GetString(0));
        }

        return string.Join('\n', lines);
    }
}
