using System.Net.Sockets;

namespace AiTeams.ServiceDefaults.Messaging;

/// <summary>ConnectionStrings:rabbitmq taken apart: amqp://user:password@host:port/vhost.</summary>
internal sealed record BrokerAddress(string Host, ushort Port, string VirtualHost, string UserName, string Password)
{
    public static BrokerAddress Parse(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme != "amqp")
        {
            throw new InvalidOperationException("ConnectionStrings:rabbitmq is not an amqp:// address.");
        }

        var user = uri.UserInfo.Split(':', 2);
        var vhost = Uri.UnescapeDataString(uri.AbsolutePath.TrimStart('/'));
        return new BrokerAddress(
            uri.Host,
            (ushort)(uri.Port > 0 ? uri.Port : 5672),
            vhost.Length > 0 ? vhost : "/",
            user[0].Length > 0 ? Uri.UnescapeDataString(user[0]) : "guest",
            user.Length > 1 ? Uri.UnescapeDataString(user[1]) : "guest");
    }

    /// <summary>Whether something answers there at all.</summary>
    public async Task<bool> IsReachableAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(patience);
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(Host, Port, limit.Token);
            return true;
        }
        catch (Exception failure) when (failure is SocketException || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return false;
        }
    }

    // The record's own would print the password.
    public override string ToString() => $"amqp://{Host}:{Port}/{VirtualHost}";
}
