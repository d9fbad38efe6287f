using System.Net.Sockets;
using System.Text;
using Aspire.Hosting.ApplicationModel;
using Npgsql;

namespace AiTeams.LocalHosting;

/// <summary>Whether a server answers in its own protocol, not only whether its port is open.</summary>
internal static class ServerProbe
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    public static async Task<bool> AnswersAsync(ContainerResource server, CancellationToken cancellationToken)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(Limit);
        try
        {
            return server switch
            {
                PostgresServerResource postgres => await PostgresAsync(postgres, limited.Token),
                RedisResource redis => await ExchangeAsync(redis, $"AUTH {redis.PasswordParameter!.Current}\r\nPING\r\n", "+OK\r\n+PONG\r\n", limited.Token),
                RabbitMQServerResource => await ExchangeAsync(server, "AMQP\0\0\u0009\u0001", "\u0001", limited.Token),
                _ => throw LocalMode.Refuse($"the container '{server.Name}'"),
            };
        }
        catch (Exception exception) when (IsNotThereYet(exception, cancellationToken))
        {
            return false;
        }
    }

    public static async Task<bool> ListensAsync(ContainerResource server, CancellationToken cancellationToken)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(Limit);
        try
        {
            using var client = await ConnectAsync(server, limited.Token);
            return true;
        }
        catch (Exception exception) when (IsNotThereYet(exception, cancellationToken))
        {
            return false;
        }
    }

    private static bool IsNotThereYet(Exception exception, CancellationToken cancellationToken) =>
        exception is SocketException or IOException or NpgsqlException or TimeoutException
        || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested);

    private static async Task<bool> PostgresAsync(PostgresServerResource server, CancellationToken cancellationToken)
    {
        var text = await server.ConnectionStringExpression.GetValueAsync(cancellationToken);
        await using var connection = new NpgsqlConnection($"{text};Database=postgres;Pooling=false;Timeout=2");
        await connection.OpenAsync(cancellationToken);
        return true;
    }

    private static async Task<bool> ExchangeAsync(ContainerResource server, string question, string answer, CancellationToken cancellationToken)
    {
        using var client = await ConnectAsync(server, cancellationToken);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(question), cancellationToken);
        var buffer = new byte[answer.Length];
        await stream.ReadExactlyAsync(buffer, cancellationToken);
        return Encoding.Latin1.GetString(buffer) == answer;
    }

    private static async Task<TcpClient> ConnectAsync(ContainerResource server, CancellationToken cancellationToken)
    {
        var endpoint = new EndpointReference(server, "tcp");
        var client = new TcpClient();
        try
        {
            await client.ConnectAsync(endpoint.Host, endpoint.Port, cancellationToken);
            return client;
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }
}
