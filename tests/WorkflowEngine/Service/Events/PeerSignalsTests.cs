using System.Collections.Concurrent;
using AiTeams.Testing;
using AiTeams.WorkflowEngine.Events;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Xunit;

namespace AiTeams.WorkflowEngine.Tests.Events;

/// <summary>Two engines tell each other what changed: about what is watched, about nothing else, and again after a cut.</summary>
public sealed class PeerSignalsTests(TwoEngines engines) : IClassFixture<TwoEngines>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task What_changes_in_one_engine_wakes_who_watches_it_in_another()
    {
        var (here, there) = await EnginesAsync();
        using var watch = there.Subscribe("exec_watched");

        // The first signal may be the answer to the watch itself; from then on only a change can be one.
        Assert.True(await watch.WaitAsync(Patience, CancellationToken.None));
        for (var change = 0; change < 10; change++)
        {
            var cuts = Cuts();
            here.Raise("exec_watched");
            // A cut, which the log tells of, may take a hint with it and wakes by itself; nothing else may.
            Assert.True(await watch.WaitAsync(Patience, CancellationToken.None) || Cuts() > cuts, $"change {change}");
        }
    }

    [Fact]
    public async Task Nothing_is_said_about_an_execution_nobody_watches_elsewhere()
    {
        var (here, there) = await EnginesAsync();
        await using var line = await EavesdropAsync();
        using var own = here.Subscribe("exec_own");
        using var watch = there.Subscribe("exec_other");
        Assert.True(await watch.WaitAsync(Patience, CancellationToken.None));

        // Again and again: what woke the watch may have been the line coming up, and not yet the answer of an engine that knows of it.
        await line.UntilAsync(
            message => message[0] == 'c' && message.Contains("exec_other", StringComparison.Ordinal),
            () =>
            {
                here.Raise("exec_unwatched");
                here.Raise("exec_other");
            });

        Assert.DoesNotContain(line.Messages, message => message.Contains("exec_unwatched", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Cut_off_a_watcher_looks_for_itself_and_when_the_line_is_back_it_is_woken_again()
    {
        var (here, there) = await EnginesAsync();
        using var watch = there.Subscribe("exec_cut");
        Assert.True(await watch.WaitAsync(Patience, CancellationToken.None));
        var admin = engines.Admin;

        await using (var cut = admin.CreateCommand("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE query = 'LISTEN aiteams_execution_signals' AND datname = current_database() AND usename = 'workflow_engine_service'"))
        {
            Assert.Equal(2L, await cut.ExecuteScalarAsync());
        }

        // Woken by the cut itself, to look at once and from then on often.
        Assert.True(await watch.WaitAsync(Patience, CancellationToken.None));
        await Eventually.AssertAsync(() => here.Patience > TimeSpan.FromSeconds(5) && there.Patience > TimeSpan.FromSeconds(5), Patience, "both hear again");
        await Eventually.AssertAsync(
            async () =>
            {
                here.Raise("exec_cut");
                return await watch.WaitAsync(TimeSpan.FromMilliseconds(100), CancellationToken.None);
            },
            Patience, "signals get through again");
    }

    private async Task<(ExecutionSignals Here, ExecutionSignals There)> EnginesAsync()
    {
        var (here, there) = (engines.First.Services.GetRequiredService<ExecutionSignals>(), engines.Second.Services.GetRequiredService<ExecutionSignals>());
        await Eventually.AssertAsync(() => here.Patience > TimeSpan.FromSeconds(5) && there.Patience > TimeSpan.FromSeconds(5), Patience, "both hear");
        return (here, there);
    }

    private int Cuts() => new[] { engines.First, engines.Second }.Sum(engine => engine.Output.Text.Split("Signals of other engines do not get through").Length - 1);

    private async Task<Line> EavesdropAsync()
    {
        var connection = await engines.Admin.OpenConnectionAsync();
        await using (var listen = new NpgsqlCommand("LISTEN aiteams_execution_signals", connection))
        {
            await listen.ExecuteNonQueryAsync();
        }

        return new Line(connection);
    }

    private sealed class Line : IAsyncDisposable
    {
        private readonly NpgsqlConnection _connection;

        public Line(NpgsqlConnection connection)
        {
            _connection = connection;
            connection.Notification += (_, message) => Messages.Enqueue(message.Payload);
        }

        public ConcurrentQueue<string> Messages { get; } = new();

        public async Task UntilAsync(Func<string, bool> heard, Action raise)
        {
            using var patience = new CancellationTokenSource(Patience);
            while (!Messages.Any(heard))
            {
                raise();
                await _connection.WaitAsync(TimeSpan.FromMilliseconds(200), patience.Token);
            }
        }

        public ValueTask DisposeAsync() => _connection.DisposeAsync();
    }
}

/// <summary>Two engines on one database, which nobody else uses.</summary>
public sealed class TwoEngines : IAsyncLifetime
{
    private readonly TestEnvironment _environment = new();

    public ServiceHost<Program> First { get; private set; } = null!;

    public ServiceHost<Program> Second { get; private set; } = null!;

    public NpgsqlDataSource Admin { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        var options = new ServiceOptions
        {
            Needs = [Server.Postgres],
            Settings = new Dictionary<string, string> { ["ConnectionStrings:rabbitmq"] = "amqp://nobody:nothing@127.0.0.1:9" },
        };
        First = await _environment.NewHostAsync<Program>(options);
        Second = await _environment.NewHostAsync<Program>(options);
        Admin = (await _environment.DatabaseAsync()).Admin;
    }

    public Task DisposeAsync() => _environment.DisposeAsync();
}
