using System.Diagnostics.Metrics;
using System.Net;
using AiTeams.ServiceDefaults.Identity;
using AiTeams.Testing;
using AiTeams.WorkflowEngine.Events;
using AiTeams.WorkflowEngine.Tests.Definitions;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace AiTeams.WorkflowEngine.Tests.Events;

/// <summary>Watchers of one execution share its reading.</summary>
[Collection(DefinitionApi.Name)]
public sealed class SharedFeedTests(DefinitionApi api)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_thousand_watchers_cost_one_look_at_the_log_per_change()
    {
        const int Watchers = 1_000, Changes = 20;
        var (user, execution, last) = await SleepingAsync();
        var seen = new int[Watchers];
        using var stop = new CancellationTokenSource();
        var watching = Enumerable.Range(0, Watchers).Select(number => WatchAsync(user, execution, last, () => Interlocked.Increment(ref seen[number]), stop.Token)).ToArray();
        await LogAsync(user, execution, ++last);
        await AllHaveAsync(seen, 1);

        using var reads = new Reads(api.Host.Services.GetRequiredService<IMeterFactory>());
        for (var change = 0; change < Changes; change++)
        {
            await LogAsync(user, execution, ++last);
            await AllHaveAsync(seen, 2 + change);
        }

        Assert.InRange(reads.Count, Changes, Changes + 2);                // one more when the quiet look falls in between
        await stop.CancelAsync();
        await Task.WhenAll(watching);
        Assert.All(seen, count => Assert.Equal(1 + Changes, count));
    }

    [Fact]
    public async Task Who_names_a_position_beyond_the_end_does_not_keep_others_from_what_comes()
    {
        var (user, execution, last) = await SleepingAsync();
        var seen = new int[2];
        using var stop = new CancellationTokenSource();
        var liar = WatchAsync(user, execution, 1_000_000, () => Interlocked.Increment(ref seen[0]), stop.Token);
        var honest = WatchAsync(user, execution, 0, () => Interlocked.Increment(ref seen[1]), stop.Token);
        await LogAsync(user, execution, ++last);
        await EventuallyAsync(() => Volatile.Read(ref seen[1]) == last);

        Assert.Equal(0, Volatile.Read(ref seen[0]));
        await stop.CancelAsync();
        await Task.WhenAll(liar, honest);
    }

    [Fact]
    public async Task A_watcher_that_falls_behind_what_is_shared_reads_the_log_itself_and_misses_nothing()
    {
        var (user, execution, last) = await SleepingAsync();
        using var stop = new CancellationTokenSource();
        await using var slow = Follow(user, execution, last, stop.Token).GetAsyncEnumerator(stop.Token);
        Assert.True(await slow.MoveNextAsync());                          // there
        await LogAsync(user, execution, ++last);
        Assert.True(await slow.MoveNextAsync());
        Assert.Equal(last, slow.Current!.Sequence);                       // has joined what is shared

        var fast = new int[1];
        var watching = WatchAsync(user, execution, last, () => Interlocked.Increment(ref fast[0]), stop.Token);
        const int Burst = 2_000;
        await LogAsync(user, execution, last + 1, Burst);
        await AllHaveAsync(fast, Burst);

        for (var expected = last + 1; expected <= last + Burst; expected++)
        {
            Assert.True(await slow.MoveNextAsync());
            Assert.Equal(expected, slow.Current!.Sequence);
        }

        await stop.CancelAsync();
        await watching;
    }

    [Fact]
    public async Task When_the_workflow_is_deleted_nobody_waits_for_ever()
    {
        var (user, execution, last) = await SleepingAsync();
        var workflow = await api.ScalarAsync<Guid>("SELECT workflow_id FROM workflow_executions WHERE execution_id = $1", execution);
        var watching = WatchAsync(user, execution, last, static () => { }, CancellationToken.None);
        (await user.SendAsync(HttpMethod.Delete, $"{TestUser.Workflows}/{workflow}")).Expect(HttpStatusCode.NoContent);

        await watching.WaitAsync(Patience);
    }

    private async Task WatchAsync(TestUser user, string execution, long after, Action saw, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var item in Follow(user, execution, after, cancellationToken))
            {
                if (item is not null)
                {
                    saw();
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // has seen enough
        }
    }

    private IAsyncEnumerable<ExecutionEvent?> Follow(TestUser user, string execution, long after, CancellationToken cancellationToken) =>
        api.Host.Services.GetRequiredService<ExecutionEventLog>().FollowAsync(Caller.For(user.Id), execution, after, TimeSpan.FromDays(1), cancellationToken);

    private static async Task AllHaveAsync(int[] seen, int count) => await EventuallyAsync(() => seen.All(number => number >= count));

    private static Task EventuallyAsync(Func<bool> condition) => Eventually.AssertAsync(condition, Patience, "every watcher has what was written");

    /// <summary>Lines of the log as the writer leaves them, and its signal.</summary>
    private async Task LogAsync(TestUser user, string execution, long first, int count = 1)
    {
        await api.ExecuteAsync(
            """
            INSERT INTO workflow_execution_logs (execution_id, user_id, sequence, event_type, message)
            SELECT $1, $2, n, 'separator', 'line ' || n FROM generate_series($3::bigint, $3::bigint + $4::int - 1) AS n
            """,
            execution, user.Id, first, count);
        api.Host.Services.GetRequiredService<ExecutionSignals>().Raise(execution);
    }

    private async Task<(TestUser User, string Execution, long Last)> SleepingAsync()
    {
        var user = await api.NewUserAsync();
        var execution = await api.NewExecutionAsync(user, await user.CreatedAsync(Documents.Minimal()));
        return (user, execution, await api.ScalarAsync<long>("SELECT max(sequence) FROM workflow_execution_logs WHERE execution_id = $1", execution));
    }

    private sealed class Reads : IDisposable
    {
        private readonly MeterListener _listener = new();
        private int _count;

        public Reads(IMeterFactory meters)
        {
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Name == "aiteams.engine.event_reads" && ReferenceEquals(instrument.Meter.Scope, meters))
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            };
            _listener.SetMeasurementEventCallback<long>((_, measurement, _, _) => Interlocked.Add(ref _count, (int)measurement));
            _listener.Start();
        }

        public int Count => _count;

        public void Dispose() => _listener.Dispose();
    }
}
