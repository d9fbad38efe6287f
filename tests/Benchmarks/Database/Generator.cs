using System.Globalization;
using Npgsql;

namespace AiTeams.Benchmarks.Database;

/// <summary>
/// Fills a database with 1,000 users, 1,000,000 workflows, 2,000,000 executions and 1,000,000 triggers, times the scale: set-based, by the .sql
/// files beside this.
/// </summary>
internal static class Generator
{
    private const int Users = 1_000;
    private const int Workflows = 1_000_000;
    private const int Executions = 2_000_000;

    public static async Task<Sample> FillAsync(BenchmarkDatabase database, BenchmarkOptions options, CancellationToken cancellationToken)
    {
        await using var connection = await database.Admin.OpenConnectionAsync(cancellationToken);
        var workflows = Scaled(Workflows, options);
        await RunAsync(connection, string.Create(CultureInfo.InvariantCulture, $"""
            SELECT set_config('benchmark.users', '{Math.Clamp(workflows / 20, 5, Users)}', false),
              set_config('benchmark.workflows', '{workflows}', false), set_config('benchmark.executions', '{Scaled(Executions, options)}', false);
            SET session_replication_role = replica;  -- the rows fit together by construction: no foreign key has to be looked up
            SET synchronous_commit = off;
            SET maintenance_work_mem = '512MB';
            SET work_mem = '256MB';
            """), cancellationToken);
        foreach (var file in new[] { "fill_workflows.sql", "fill_executions.sql" })
        {
            await options.Progress.WriteLineAsync(file);
            foreach (var statement in Embedded.Sql(file).Split(";\n", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            {
                await RunAsync(connection, statement, cancellationToken);
            }
        }

        await RunAsync(connection, "CHECKPOINT", cancellationToken);
        return await Sample.DrawAsync(connection, cancellationToken);
    }

    private static int Scaled(int rows, BenchmarkOptions options) => Math.Max((int)(rows * options.Scale), 100);

    private static async Task RunAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 1_800 };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
