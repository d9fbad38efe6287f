using AiTeams.Contracts.Events;
using AiTeams.ServiceDefaults;
using AiTeams.ServiceDefaults.Messaging;
using AiTeams.Testing;
using Microsoft.AspNetCore.Builder;
using Npgsql;

namespace AiTeams.Crash.Tests;

/// <summary>A service that hears of every execution's end, with the inbox all services have: one row of crash.heard per effect.</summary>
internal sealed class EndListener : IAsyncDisposable
{
    private readonly WebApplication _app;

    private EndListener(WebApplication app) => _app = app;

    public static async Task<EndListener> StartAsync(PrivateServers servers)
    {
        var builder = WebApplication.CreateBuilder(
        [
            "--urls=http://127.0.0.1:0", "--GRPC_PORT=0", "--Logging:Console:LogLevel:Default=None",
            $"--Identity:JwtSecret={TestIdentity.JwtSecret}", $"--Identity:Issuer={TestIdentity.Issuer}",
            $"--ConnectionStrings:aiteams={servers.ConnectionStringFor("scheduler_service")}",
            $"--ConnectionStrings:rabbitmq={servers.Set.Address(Server.RabbitMq)}",
        ]);
        builder.AddServiceDefaults("crash-listener");
        builder.AddPostgres();
        builder.AddMessaging(static bus => bus.AddConsumer<EndConsumer>());
        var app = builder.Build();
        await app.StartAsync();
        return new EndListener(app);
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    internal sealed class EndConsumer(NpgsqlDataSource source) : InboxConsumer<ExecutionFinished>(source)
    {
        protected override async Task HandleAsync(ExecutionFinished message, NpgsqlConnection connection, CancellationToken cancellationToken)
        {
            await using var effect = new NpgsqlCommand("INSERT INTO crash.heard (execution_id, status) VALUES ($1, $2)", connection)
            {
                Parameters = { new() { Value = message.ExecutionId }, new() { Value = message.Status } },
            };
            await effect.ExecuteNonQueryAsync(cancellationToken);
        }
    }
}
