using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace AiTeams.Testing;

/// <summary>
/// A service run by its own Program inside the test process: real Kestrel, real ports, no start of a process, and its services within
/// reach. <typeparamref name="TEntryPoint"/> is any type of the service's assembly.
/// </summary>
public sealed class ServiceHost<TEntryPoint> : RunningService
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(30);

    private readonly IHost _host;
    private readonly Task _program;
    private bool _isStopped;

    private ServiceHost(string name, int httpPort, int grpcPort, HostCapture capture)
        : base(name, httpPort, grpcPort)
    {
        capture.Lines = Output.Write;
        (_host, _program) = (capture.Host, capture.Program);
    }

    /// <summary>The service's own container, to resolve what a test calls directly (a duty's RunOnceAsync).</summary>
    public IServiceProvider Services => _host.Services;

    internal static async Task<ServiceHost<TEntryPoint>> StartAsync(
        int httpPort, int grpcPort, IReadOnlyDictionary<string, string> settings, Action<IServiceCollection>? services)
    {
        var assembly = typeof(TEntryPoint).Assembly;
        var identity = ServiceIdentity.Of(assembly);
        var arguments = new Dictionary<string, string>(settings)
        {
            ["urls"] = $"http://127.0.0.1:{httpPort}",
            ["GRPC_PORT"] = $"{grpcPort}",
            ["applicationName"] = assembly.GetName().Name!,
            ["contentRoot"] = Directory.Exists(identity.OutputFolder) ? identity.OutputFolder : AppContext.BaseDirectory,
        };
        var entryPoint = assembly.EntryPoint ?? throw new InvalidOperationException($"{assembly.GetName().Name} has no entry point.");
        var capture = new HostCapture(services);
        await capture.RunAsync(entryPoint, [.. arguments.Select(setting => $"--{setting.Key}={setting.Value}")]).WaitAsync(StartLimit);
        return new ServiceHost<TEntryPoint>(identity.Name, httpPort, grpcPort, capture);
    }

    /// <summary>The graceful stop, as on SIGTERM.</summary>
    public async Task StopAsync()
    {
        if (!_isStopped)
        {
            _isStopped = true;
            _host.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
            await _program.WaitAsync(StopLimit);
        }
    }

    private protected override Task EndAsync() => StopAsync();
}
