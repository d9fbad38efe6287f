using AiTeams.ServiceDefaults.Health;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Grpc.Health.V1;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using HealthProtocol = Grpc.Health.V1.Health;
using ServingStatus = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace AiTeams.ServiceDefaults.Grpc;

/// <summary>grpc.health.v1 over the same report as /health: for the server (""), for each mapped gRPC service, for each check by its name.</summary>
internal sealed class GrpcHealth(HealthReports reports, EndpointDataSource endpoints, IHostApplicationLifetime lifetime) : HealthProtocol.HealthBase
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    public override async Task<HealthCheckResponse> Check(HealthCheckRequest request, ServerCallContext context)
    {
        var status = await StatusOfAsync(request.Service, context.CancellationToken);
        return status == ServingStatus.ServiceUnknown
            ? throw new RpcException(new Status(StatusCode.NotFound, "There is no such service."))
            : new HealthCheckResponse { Status = status };
    }

    public override async Task Watch(HealthCheckRequest request, IServerStreamWriter<HealthCheckResponse> responseStream, ServerCallContext context)
    {
        // A watcher would otherwise hold up the stop of the process for as long as it likes.
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.ApplicationStopping);
        ServingStatus? told = null;
        try
        {
            while (true)
            {
                var status = await StatusOfAsync(request.Service, ending.Token);
                if (status != told)
                {
                    await responseStream.WriteAsync(new HealthCheckResponse { Status = status }, ending.Token);
                    told = status;
                }

                await Task.Delay(Interval, ending.Token);
            }
        }
        catch (OperationCanceledException) when (!context.CancellationToken.IsCancellationRequested)
        {
            await responseStream.WriteAsync(new HealthCheckResponse { Status = ServingStatus.NotServing }, context.CancellationToken);
        }
    }

    private async Task<ServingStatus> StatusOfAsync(string service, CancellationToken cancellationToken)
    {
        var report = await reports.ReadyAsync(cancellationToken);
        if (report.Entries.TryGetValue(service, out var check))
        {
            return Text(check.Status);
        }

        return service.Length == 0 || IsMapped(service) ? Text(report.Status) : ServingStatus.ServiceUnknown;
    }

    private bool IsMapped(string service) => endpoints.Endpoints.Any(endpoint =>
        endpoint.Metadata.GetMetadata<GrpcMethodMetadata>()?.Method.ServiceName == service);

    private static ServingStatus Text(HealthStatus status) =>
        status == HealthStatus.Unhealthy ? ServingStatus.NotServing : ServingStatus.Serving;
}
