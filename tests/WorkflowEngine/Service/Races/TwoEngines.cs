using AiTeams.ServiceDefaults.Identity;
using AiTeams.Testing;
using AiTeams.WorkflowEngine.Core.Data;
using AiTeams.WorkflowEngine.Core.Executions;
using AiTeams.WorkflowEngine.Executions.Controlling;
using AiTeams.WorkflowEngine.Executions.Reading;
using AiTeams.WorkflowEngine.Executions.Starting;
using AiTeams.WorkflowEngine.Runtime;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Xunit;

namespace AiTeams.WorkflowEngine.Tests.Races;

/// <summary>Two engines with all their duties on one database, which writes down every move of every execution and node.</summary>
public sealed class TwoEngines : IAsyncLifetime
{
    // Nobody listens there: events stay in the outbox, where they are counted.
    private const string NoBroker = "amqp://nobody:nothing@127.0.0.1:9";

    // What a trigger sees is what is committed, whoever writes it and however short it is true.
    private const string WriteDownMoves = """
        CREATE TABLE race_moves (id bigint GENERATED ALWAYS AS IDENTITY, what text, execution_id text, was text, became text);
        CREATE INDEX ON race_moves (execution_id);
        CREATE FUNCTION race_moves_of_executions() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
        BEGIN
          INSERT INTO public.race_moves (what, execution_id, was, became) VALUES ('execution', NEW.execution_id, OLD.status, NEW.status);
          RETURN NULL;
        END $$;
        CREATE FUNCTION race_moves_of_nodes() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
        BEGIN
          INSERT INTO public.race_moves (what, execution_id, was, became) VALUES ('node ' || NEW.node_id, NEW.execution_id, OLD.status, NEW.status);
          RETURN NULL;
        END $$;
        CREATE TRIGGER race_moves AFTER UPDATE ON workflow_executions FOR EACH ROW
          WHEN (OLD.status <> NEW.status OR OLD.status IN ('SUCCESS', 'ERROR', 'CANCELED', 'TIMEOUT')) EXECUTE FUNCTION race_moves_of_executions();
        CREATE TRIGGER race_moves AFTER UPDATE ON node_executions FOR EACH ROW
          WHEN (OLD.status <> NEW.status OR OLD.status IN ('SUCCESS', 'ERROR', 'SKIPPED', 'CANCELED')) EXECUTE FUNCTION race_moves_of_nodes();
        """;

    private readonly TestEnvironment _environment = new();

    internal IReadOnlyList<Engine> Engines { get; private set; } = [];

    public NpgsqlDataSource Admin { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        await _environment.InitializeAsync();
        Admin = (await _environment.DatabaseAsync()).Admin;
        var options = new ServiceOptions
        {
            Needs = [Server.Postgres],
            Settings = new Dictionary<string, string> { ["ConnectionStrings:rabbitmq"] = NoBroker },
        };
        Engines = [new(await _environment.NewHostAsync<Program>(options)), new(await _environment.NewHostAsync<Program>(options))];
        await ExecuteAsync(WriteDownMoves);
    }

    public Task DisposeAsync() => _environment.DisposeAsync();

    public async Task<TestUser> NewUserAsync()
    {
        var id = Guid.NewGuid();
        await ExecuteAsync("INSERT INTO auth.users (id, email, encrypted_password) VALUES ($1, $2, '-')", id, $"{id:N}@example.com");
        return new TestUser(id, Engines[0].Host.ClientOf(id));
    }

    public async Task<int> ExecuteAsync(string sql, params object[] arguments)
    {
        await using var command = Command(sql, arguments);
        return await command.ExecuteNonQueryAsync();
    }

    public async Task<List<string>> TextsAsync(string sql, params object[] arguments)
    {
        await using var command = Command(sql, arguments);
        await using var reader = await command.ExecuteReaderAsync();
        var texts = new List<string>();
        while (await reader.ReadAsync())
        {
            texts.Add(reader.GetString(0));
        }

        return texts;
    }

    private NpgsqlCommand Command(string sql, object[] arguments)
    {
        var command = Admin.CreateCommand(sql);
        foreach (var argument in arguments)
        {
            command.Parameters.Add(new() { Value = argument });
        }

        return command;
    }
}

/// <summary>What its callers do with an engine, without the way to it.</summary>
internal sealed record Engine(ServiceHost<Program> Host)
{
    public T Get<T>()
        where T : notnull => Host.Services.GetRequiredService<T>();

    /// <summary>A started execution, and whether it has ended or sleeps when it leaves memory.</summary>
    public async Task<(string Execution, Task<bool> Left)> StartAsync(Guid user, Guid workflow)
    {
        var started = await Get<StartExecution>().HandleAsync(Caller.For(user), new(workflow, null, JsonData.EmptyObject, "TRIGGER", null, "race"), default);
        return (started.ExecutionId, started.Left!);
    }

    /// <summary>A started execution that sleeps: its rows say so, and it belongs to nobody.</summary>
    public async Task<string> StartSleepingAsync(Guid user, Guid workflow)
    {
        var (execution, left) = await StartAsync(user, workflow);
        Assert.False(await left.WaitAsync(Contest.Patience));
        return execution;
    }

    public Task<ControlAnswer> ControlAsync(Guid user, string execution, ControlKind kind) =>
        Get<ControlExecution>().HandleAsync(Caller.For(user), new(execution), new(new ControlCommand(kind), "race"), default);

    public Task<ControlAnswer> AnswerAsync(Guid user, string execution, string node, JsonData data, string key) =>
        Get<ControlExecution>().HandleAsync(
            Caller.For(user), new(execution), new(new ControlCommand(ControlKind.Answer, new NodeRun(node), null, data), $"race {key}", key), default);

    public Task<StartedExecution> RetryAsync(Guid user, string execution, string key) =>
        Get<RetryExecution>().HandleAsync(Caller.For(user), new(new ExecutionId(execution), null, default, default, key, "race"), default);

    public bool Remembers(string execution) => Get<ExecutionRegistry>().Find(execution) is not null;
}
