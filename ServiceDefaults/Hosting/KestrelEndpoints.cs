using System.Globalization;
using AiTeams.ServiceDefaults.Grpc;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace AiTeams.ServiceDefaults.Hosting;

/// <summary>
/// Two cleartext endpoints: HTTP/1.1 where the hosting URLs say, gRPC over h2c on GRPC_PORT beside them. Without TLS one port
/// cannot serve both, because there is no negotiation. Without GRPC_PORT (tests on TestServer) the URLs are left as they are.
/// </summary>
internal static class KestrelEndpoints
{
    public static void AddKestrelEndpoints(this WebApplicationBuilder builder)
    {
        var grpc = new GrpcEndpoint();
        builder.Services.AddSingleton(grpc);
        builder.WebHost.ConfigureKestrel(options => options.AddServerHeader = false);
        if (builder.Configuration["GRPC_PORT"] is not { Length: > 0 } text)
        {
            return;
        }

        if (!ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port))
        {
            throw new InvalidOperationException($"GRPC_PORT is not a port number: '{text}'.");
        }

        var urls = (builder.Configuration[WebHostDefaults.ServerUrlsKey] is { Length: > 0 } set ? set : "http://127.0.0.1:5000")
            .Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        grpc.Urls = [.. urls, $"http://{BindingAddress.Parse(urls[0]).Host}:{port}".Replace("localhost", "127.0.0.1", StringComparison.Ordinal)];

        // Kestrel binds the addresses in their order; a port cannot tell which it is, both may be 0.
        var bound = 0;
        builder.WebHost.ConfigureKestrel(options => options.ConfigureEndpointDefaults(listen =>
        {
            if (++bound == grpc.Urls.Count)
            {
                listen.Protocols = HttpProtocols.Http2;
                grpc.Listening(listen);
            }
            else
            {
                listen.Protocols = HttpProtocols.Http1;
            }
        }));
    }

    public static void UseKestrelEndpoints(this WebApplication app)
    {
        if (app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>() is { } addresses)
        {
            foreach (var url in app.Services.GetRequiredService<GrpcEndpoint>().Urls)
            {
                addresses.Addresses.Add(url);
            }
        }
    }
}
