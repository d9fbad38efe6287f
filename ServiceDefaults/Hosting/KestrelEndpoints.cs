using System.Globalization;
using System.Net;
using AiTeams.ServiceDefaults.Grpc;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace AiTeams.ServiceDefaults.Hosting;

/// <summary>
/// Two cleartext endpoints: HTTP/1.1 where the hosting URLs say, gRPC over h2c on GRPC_PORT. Without TLS one port cannot serve
/// both, because there is no negotiation. Without GRPC_PORT (tests on TestServer) the hosting URLs are left as they are.
/// </summary>
internal static class KestrelEndpoints
{
    public static void AddKestrelEndpoints(this WebApplicationBuilder builder)
    {
        builder.WebHost.ConfigureKestrel(options => options.AddServerHeader = false);

        var grpc = new GrpcEndpoint();
        builder.Services.AddSingleton(grpc);
        if (builder.Configuration["GRPC_PORT"] is not { Length: > 0 } text)
        {
            return;
        }

        if (!ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port))
        {
            throw new InvalidOperationException($"GRPC_PORT is not a port number: '{text}'.");
        }

        var urls = (builder.Configuration[WebHostDefaults.ServerUrlsKey] is { Length: > 0 } set ? set : "http://127.0.0.1:5000")
            .Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(BindingAddress.Parse)
            .ToArray();
        builder.WebHost.ConfigureKestrel(options =>
        {
            foreach (var url in urls)
            {
                options.Listen(AddressOf(url), url.Port, listen => listen.Protocols = HttpProtocols.Http1);
            }

            options.Listen(AddressOf(urls[0]), port, listen =>
            {
                listen.Protocols = HttpProtocols.Http2;
                grpc.Listening(listen);
            });
        });

        // Kestrel was just told all of them; left in place it would warn that it overrides these.
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            [WebHostDefaults.ServerUrlsKey] = "",
            [WebHostDefaults.HttpPortsKey] = "",
        });
    }

    private static IPAddress AddressOf(BindingAddress url) =>
        IPAddress.TryParse(url.Host.Trim('[', ']'), out var address) ? address
        : url.Host is "localhost" ? IPAddress.Loopback
        : IPAddress.Any;
}
