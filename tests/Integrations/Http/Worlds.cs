using System.IO.Compression;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AiTeams.Integrations.Tests.Http;

/// <summary>Outside services: a well-behaved one, and one that says what it wants in bytes.</summary>
internal static class Worlds
{
    public static async Task<WebApplication> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var world = builder.Build();
        world.Map("/echo", (HttpRequest request) =>
            $"{request.Method} auth={request.Headers.Authorization} key={request.Headers["X-My-Key"]} type={request.ContentType} trace={request.Headers.ContainsKey("traceparent")}");
        world.Map("/away", (HttpContext context, string to, int status) =>
        {
            context.Response.StatusCode = status;
            context.Response.Headers.Location = to;
        });
        world.Map("/flood", () => new string('x', 100_000));
        world.Map("/slow", async (HttpContext context) => await Task.Delay(Timeout.Infinite, context.RequestAborted));
        world.Map("/cookie", (HttpContext context) =>
        {
            context.Response.Cookies.Append("seen", "yes");
            return $"cookie={context.Request.Headers.Cookie}";
        });
        world.Map("/bomb", async (HttpContext context) =>
        {
            context.Response.Headers.ContentEncoding = "gzip";
            await using var gzip = new GZipStream(context.Response.Body, CompressionLevel.Fastest);
            var zeros = new byte[1024 * 1024];
            for (var megabytes = 0; megabytes < 200; megabytes++)
            {
                await gzip.WriteAsync(zeros, context.RequestAborted);
            }
        });
        await world.StartAsync();
        return world;
    }
}

/// <summary>Answers every connection with the same bytes, over TLS where a certificate is given, and remembers what it was sent.</summary>
internal sealed class RawServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Task _serving;
    private readonly string _answer;
    private readonly bool _dribbles;
    private readonly X509Certificate2? _certificate;
    private readonly CancellationTokenSource _stop = new();

    public RawServer(string answer, bool dribbles = false, X509Certificate2? certificate = null)
    {
        (_answer, _dribbles, _certificate) = (answer, dribbles, certificate);
        _listener.Start();
        _serving = ServeAsync();
    }

    public int Connections { get; private set; }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public string Url => $"{(_certificate is null ? "http" : "https")}://127.0.0.1:{Port}/";

    public static X509Certificate2 SelfSigned()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero));
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _serving;                                   // before the stop: a listener that has stopped accepts with an InvalidOperationException
        _listener.Stop();
        _stop.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                Connections++;
                _ = AnswerAsync(client);
            }
        }
        catch (OperationCanceledException)
        {
            // stopped
        }
    }

    private async Task AnswerAsync(TcpClient client)
    {
        using var _ = client;
        try
        {
            Stream stream = client.GetStream();
            if (_certificate is not null)
            {
                var secure = new SslStream(stream);
                await secure.AuthenticateAsServerAsync(_certificate);
                stream = secure;
            }

            await stream.ReadAtLeastAsync(new byte[4096], 1, throwOnEndOfStream: false, _stop.Token);
            await stream.WriteAsync(Encoding.Latin1.GetBytes(_answer), _stop.Token);
            while (_dribbles)
            {
                await stream.WriteAsync("a"u8.ToArray(), _stop.Token);
                await Task.Yield();
                await stream.ReadAtLeastAsync(new byte[1], 1, throwOnEndOfStream: false, _stop.Token);
            }
        }
        catch (Exception ex) when (ex is IOException or OperationCanceledException or System.Security.Authentication.AuthenticationException)
        {
            // the other side has gone
        }
    }
}
