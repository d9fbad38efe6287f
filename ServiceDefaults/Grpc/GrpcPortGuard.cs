using AiTeams.ServiceDefaults.Errors;
using Grpc.AspNetCore.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace AiTeams.ServiceDefaults.Grpc;

/// <summary>gRPC answers on the gRPC port alone and REST on the HTTP ports alone, so a port's exposure decides what is exposed.</summary>
internal static class GrpcPortGuard
{
    public static void UseGrpcPortGuard(this WebApplication app)
    {
        var grpc = app.Services.GetRequiredService<GrpcEndpoint>();
        app.Use((context, next) =>
            context.GetEndpoint() is { } endpoint && grpc.Port is { } port
                && context.Connection.LocalPort == port != endpoint.Metadata.GetMetadata<GrpcMethodMetadata>() is not null
                ? ProblemDocument.WriteAsync(context, Problems.ForStatus(StatusCodes.Status404NotFound))
                : next(context));
    }
}
