using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace AiTeams.ServiceDefaults.Grpc;

internal static class GrpcServer
{
    public static void AddGrpcServer(this WebApplicationBuilder builder)
    {
        builder.Services.AddGrpc(options => options.Interceptors.Add<ProblemInterceptor>());
        builder.Services.AddSingleton<ProblemInterceptor>();
        builder.Services.AddSingleton<ReflectionIndex>();
    }

    public static void MapGrpcDefaults(this WebApplication app)
    {
        app.MapGrpcService<GrpcHealth>().AllowAnonymous();
        app.MapGrpcService<GrpcReflectionV1>().AllowAnonymous();
        app.MapGrpcService<GrpcReflectionV1Alpha>().AllowAnonymous();
    }
}
