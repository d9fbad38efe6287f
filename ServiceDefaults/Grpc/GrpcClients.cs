using System.Reflection;
using AiTeams.ServiceDefaults.Grpc;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Grpc.Net.Client.Balancer;
using Grpc.Net.Client.Configuration;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using ServiceDescriptor = Google.Protobuf.Reflection.ServiceDescriptor;

namespace AiTeams.ServiceDefaults;

public static class GrpcClients
{
    // An answer may carry the largest HTTP response a node may ask for (50 MiB) and its headers.
    private const int MaxAnswerBytes = 64 * 1024 * 1024;

    /// <summary>
    /// A typed client for another service, found under services:{service}:grpc:0 and on (several addresses share the calls).
    /// </summary>
    /// <param name="create">How to make the client from its invoker: <c>invoker => new(invoker)</c>.</param>
    /// <param name="idempotentMethods">Methods that may be sent again when the service was unavailable; all others are sent once.</param>
    public static WebApplicationBuilder AddGrpcClient<TClient>(
        this WebApplicationBuilder builder, string service, Func<CallInvoker, TClient> create, params string[] idempotentMethods)
        where TClient : ClientBase<TClient>
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddHttpContextAccessor();
        builder.Services.TryAddSingleton<CallDefaults>();
        var retries = Retries<TClient>(idempotentMethods);
        builder.Services.AddKeyedSingleton(typeof(TClient), (services, _) => Connect(services, service, retries));
        builder.Services.AddSingleton(services => create(services
            .GetRequiredKeyedService<GrpcChannel>(typeof(TClient))
            .Intercept(services.GetRequiredService<CallDefaults>())));
        return builder;
    }

    private static GrpcChannel Connect(IServiceProvider services, string service, ServiceConfig? retries)
    {
        var addresses = services.GetRequiredService<IConfiguration>().GetSection($"services:{service}:grpc").GetChildren()
            .Select(child => child.Value).OfType<string>().Select(address => new Uri(address)).ToArray();
        if (addresses.Length == 0)
        {
            throw new InvalidOperationException($"The address of {service} is not configured: services__{service}__grpc__0 is missing.");
        }

        var options = new GrpcChannelOptions
        {
            HttpHandler = new SocketsHttpHandler
            {
                ConnectTimeout = TimeSpan.FromSeconds(3),
                EnableMultipleHttp2Connections = true,
                // A peer that vanished without a word is noticed within 10 s instead of at the next deadline.
                KeepAlivePingDelay = TimeSpan.FromSeconds(5),
                KeepAlivePingTimeout = TimeSpan.FromSeconds(5),
                PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
                UseProxy = false,
            },
            MaxReceiveMessageSize = MaxAnswerBytes,
            Credentials = ChannelCredentials.Insecure,
            LoggerFactory = services.GetRequiredService<ILoggerFactory>(),
            ServiceConfig = retries,
        };
        if (addresses.Length == 1)
        {
            return GrpcChannel.ForAddress(addresses[0], options);
        }

        var resolver = new StaticResolverFactory(_ => addresses.Select(address => new BalancerAddress(address.Host, address.Port)));
        options.ServiceProvider = new ServiceCollection().AddSingleton<ResolverFactory>(resolver).BuildServiceProvider();
        options.ServiceConfig ??= new ServiceConfig();
        options.ServiceConfig.LoadBalancingConfigs.Add(new RoundRobinConfig());
        return GrpcChannel.ForAddress($"static:///{service}", options);
    }

    private static ServiceConfig? Retries<TClient>(string[] idempotentMethods)
    {
        if (idempotentMethods.Length == 0)
        {
            return null;
        }

        var descriptor = typeof(TClient).DeclaringType?.GetProperty("Descriptor", BindingFlags.Public | BindingFlags.Static)?.GetValue(null) as ServiceDescriptor
            ?? throw new ArgumentException($"{typeof(TClient)} is not a generated gRPC client.");
        var method = new MethodConfig
        {
            RetryPolicy = new RetryPolicy
            {
                MaxAttempts = 5,
                InitialBackoff = TimeSpan.FromMilliseconds(100),
                MaxBackoff = TimeSpan.FromSeconds(1),
                BackoffMultiplier = 2,
                RetryableStatusCodes = { StatusCode.Unavailable },
            },
        };
        foreach (var name in idempotentMethods)
        {
            _ = descriptor.FindMethodByName(name) ?? throw new ArgumentException($"{descriptor.FullName} has no method {name}.", nameof(idempotentMethods));
            method.Names.Add(new MethodName { Service = descriptor.FullName, Method = name });
        }

        return new ServiceConfig { MethodConfigs = { method } };
    }
}
