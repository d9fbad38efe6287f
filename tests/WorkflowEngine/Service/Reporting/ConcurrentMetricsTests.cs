using Npgsql;
using Xunit;

namespace AiTeams.WorkflowEngine.Tests.Reporting;

/// <summary>Engines finish, roll back, refresh and delete all at once; in the end every execution counts once.</summary>
public sealed class ConcurrentMetricsTests : IAsyncLifetime
{
    private const int Workflows = 6;
    private const int RunsPerWorkflow = 150;
    private const int Engines = 4;

    private readonly MetricsDatabase _database = new();

    public Task InitializeAsync() => _database.InitializeAsync();

    public Task DisposeAsync() => _database.DisposeAsync();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task The_metrics_equal_a_full_recomputation_after_whatever_happened_at_once(int seed)
    {
        var users = new[] { await _database.NewUserAsync(), await _database.NewUserAsync() };
        var doomed = Guid.Empty;
        for (var number = 0; number < Workflows; number++)
        {
            var user = users[number % users.Length];
            doomed = await _database.NewWorkflowAsync(user);
            await _database.StartAsync(user, doomed, $"w{number}-", RunsPerWorkflow, $"2026-11-20 {20 + (number % 4)}:59:00+00");
        }

        using var finished = new CancellationTokenSource();
        var refreshing = Enumerable.Range(0, 2).Select(_ => RefreshUntilAsync(finished.Token)).ToArray();
        var finishing = Enumerable.Range(0, Engines).Select(engine => FinishSomeAsync(engine, new Random((seed * 100) + engine))).ToArray();
        await finishing[0];
        while (!await SucceedsAsync(() => _database.ExecuteAsync("DELETE FROM workflows WHERE id = $1", doomed)))
        {
        }

        await Task.WhenAll(finishing);
        await finished.CancelAsync();
        await Task.WhenAll(refreshing);
        await _database.RefreshAllAsync();

        Assert.Equal((Workflows - 1L) * RunsPerWorkflow, await _database.ScalarAsync<long>("SELECT sum(executions)::bigint FROM execution_metrics_daily"));
        Assert.Equal(0, await _database.DifferencesAsync());
    }

    /// <summary>Every execution of this engine's share ends, in batches of any size, some of which fail at first and are repeated.</summary>
    private async Task FinishSomeAsync(int engine, Random random)
    {
        string[] statuses = ["SUCCESS", "ERROR", "CANCELED", "TIMEOUT"];
        var left = (from workflow in Enumerable.Range(0, Workflows)
                    from run in Enumerable.Range(1, RunsPerWorkflow)
                    where run % Engines == engine
                    select $"w{workflow}-{run}").ToArray();
        random.Shuffle(left);
        await using var connection = await _database.Engine.OpenConnectionAsync();
        for (var at = 0; at < left.Length;)
        {
            var batch = left[at..Math.Min(at + random.Next(1, 40), left.Length)];
            await using var transaction = await connection.BeginTransactionAsync();
            var (status, duration) = (statuses[random.Next(statuses.Length)], random.Next(0, 200_000));
            if (!await SucceedsAsync(() => MetricsDatabase.FinishAsync(connection, status, duration, batch)) || random.Next(4) == 0)
            {
                await transaction.RollbackAsync();
                continue;
            }

            await transaction.CommitAsync();
            at += batch.Length;
        }
    }

    // Deleting a workflow meets the end of its executions row by row, in another order: one of the two is told to try again.
    private static async Task<bool> SucceedsAsync(Func<Task> statement)
    {
        try
        {
            await statement();
            return true;
        }
        catch (PostgresException ex) when (ex.SqlState == PostgresErrorCodes.DeadlockDetected)
        {
            return false;
        }
    }

    private async Task RefreshUntilAsync(CancellationToken finished)
    {
        while (!finished.IsCancellationRequested)
        {
            await SucceedsAsync(() => _database.Duty.RunOnceAsync(CancellationToken.None));
        }
    }
}
