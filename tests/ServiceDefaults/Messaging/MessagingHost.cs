using AiTeams.Contracts.Events;
using AiTeams.ServiceDefaults.Messaging;
using AiTeams.Testing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace AiTeams.ServiceDefaults.Tests.Messaging;

/// <summary>A service that publishes ExecutionFinished and consumes it itself: one row of public.effects for each.</summary>
internal sealed class MessagingHost : IAsyncDisposable
{
    private const string Role = "scheduler_service";

    private readonly bool _ownsDatabase;

    private MessagingHost(TestDatabase database, bool ownsDatabase, ServiceUnderTest service) =>
        (Database, _ownsDatabase, Service) = (database, ownsDatabase, service);

    public TestDatabase Database { get; }

    public ServiceUnderTest Service { get; }

    public NpgsqlDataSource Source => Service.Get<NpgsqlDataSource>();

    /// <param name="database">Stays the caller's; without one the host has its own.</param>
    public static async Task<MessagingHost> StartAsync(
        string broker, Dictionary<string, string>? settings = null, Action<IServiceCollection>? services = null, TestDatabase? database = null)
    {
        var ownsDatabase = database is null;
        database ??= await TestDatabase.CreateAsync();
        await using var prepare = database.Admin.CreateCommand($"""
            CREATE TABLE public.effects (execution_id text NOT NULL, tries int NOT NULL DEFAULT 1);
            GRANT SELECT, INSERT ON public.effects TO {Role};
            """);
        await prepare.ExecuteNonQueryAsync();
        var service = await ServiceUnderTest.StartAsync(
            builder =>
            {
                builder.AddPostgres();
                builder.AddMessaging(bus => bus.AddConsumer<EffectConsumer>());
                services?.Invoke(builder.Services);
            },
            settings: new(new Dictionary<string, string>
            {
                ["ConnectionStrings:aiteams"] = database.ConnectionStringFor(Role),
                ["ConnectionStrings:rabbitmq"] = broker,
            }.Concat(settings ?? []).GroupBy(setting => setting.Key).Select(group => group.Last())));
        return new MessagingHost(database, ownsDatabase, service);
    }

    public static ExecutionFinished Event(string id) => new(Guid.NewGuid(), Guid.NewGuid(), id, "SUCCESS", null, DateTimeOffset.UtcNow);

    /// <summary>One event in one transaction, as a service writes it.</summary>
    public async Task WriteAsync(object @event, bool commit = true)
    {
        await using var connection = await Source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var batch = new NpgsqlBatch(connection, transaction) { BatchCommands = { Service.Get<Outbox>().Insert(@event) } };
        await batch.ExecuteNonQueryAsync();
        if (commit)
        {
            await transaction.CommitAsync();
        }
        else
        {
            await transaction.RollbackAsync();
        }

        Service.Get<Outbox>().Wake();
    }

    public async Task<long> CountAsync(string sql)
    {
        await using var command = Database.Admin.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    public Task<long> EffectsAsync() => CountAsync("SELECT count(*) FROM public.effects");

    public Task<long> StoredAsync() => CountAsync("SELECT count(*) FROM messaging.outbox");

    public async ValueTask DisposeAsync()
    {
        await Service.DisposeAsync();
        if (_ownsDatabase)
        {
            await Database.DisposeAsync();
        }
    }

    internal sealed class EffectConsumer(NpgsqlDataSource source) : InboxConsumer<ExecutionFinished>(source)
    {
        protected override async Task HandleAsync(ExecutionFinished message, NpgsqlConnection connection, CancellationToken cancellationToken)
        {
            await using var effect = new NpgsqlCommand("INSERT INTO public.effects (execution_id) VALUES ($1)", connection)
            {
                Parameters = { new NpgsqlParameter { Value = message.ExecutionId } },
            };
            await effect.ExecuteNonQueryAsync(cancellationToken);
        }
    }
}
