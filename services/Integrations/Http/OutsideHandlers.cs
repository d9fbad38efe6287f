using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using AiTeams.Integrations.Outside;
using Microsoft.Extensions.Options;

namespace AiTeams.Integrations.Http;

/// <summary>
/// The two pools of connections to the outside: one that checks certificates, one for authors who switched the check off. They are
/// shared by all users, since nothing of a user (no cookie, no client certificate, no credential) belongs to a connection.
/// </summary>
internal sealed class OutsideHandlers(GuardedConnections connections, IOptions<OutsideSettings> settings) : IDisposable
{
    private readonly HttpMessageInvoker _checking = new(Handler(connections, settings.Value, acceptAnyCertificate: false));
    private readonly HttpMessageInvoker _trusting = new(Handler(connections, settings.Value, acceptAnyCertificate: true));

    public HttpMessageInvoker For(bool acceptAnyCertificate) => acceptAnyCertificate ? _trusting : _checking;

    public void Dispose()
    {
        _checking.Dispose();
        _trusting.Dispose();
    }

    [SuppressMessage("Security", "CA5359", Justification = "Only for nodes whose author switched the check off: verify_ssl is false.")]
    private static SocketsHttpHandler Handler(GuardedConnections connections, OutsideSettings settings, bool acceptAnyCertificate)
    {
        var handler = new SocketsHttpHandler
        {
            ConnectCallback = connections.ConnectAsync,
            ConnectTimeout = connections.Patience,
            AllowAutoRedirect = false,
            UseCookies = false,                           // one user's cookies are not another's
            UseProxy = false,                             // a proxy would look the name up itself, past the guard
            AutomaticDecompression = DecompressionMethods.All,
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
            MaxConnectionsPerServer = settings.ConnectionsPerTarget,
            EnableMultipleHttp2Connections = true,
            MaxResponseHeadersLength = 64,
            MaxResponseDrainSize = 64 * 1024,
            ResponseDrainTimeout = TimeSpan.FromMilliseconds(200),
            ActivityHeadersPropagator = DistributedContextPropagator.CreateNoOutputPropagator(),   // our trace ids are nobody else's business
        };
        if (acceptAnyCertificate)
        {
            handler.SslOptions.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
        }

        return handler;
    }
}
