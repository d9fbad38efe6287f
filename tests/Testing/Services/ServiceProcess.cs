using System.Diagnostics;
using System.Reflection;

namespace AiTeams.Testing;

/// <summary>A service as a process of its own, for tests in which it is killed, frozen or started again. Its ports stay the same.</summary>
public sealed class ServiceProcess : RunningService
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(30);

    private readonly ServiceIdentity _service;
    private readonly Dictionary<string, string> _environment;
    private Process? _process;

    private ServiceProcess(ServiceIdentity service, int httpPort, int grpcPort, IReadOnlyDictionary<string, string> settings)
        : base(service.Name, httpPort, grpcPort)
    {
        _service = service;
        _environment = settings.ToDictionary(setting => setting.Key.Replace(":", "__", StringComparison.Ordinal), setting => setting.Value);
        _environment["ASPNETCORE_URLS"] = $"http://127.0.0.1:{httpPort}";
        _environment["GRPC_PORT"] = $"{grpcPort}";
    }

    public int ProcessId => Living.Id;

    public bool IsRunning => _process is { HasExited: false };

    private Process Living => IsRunning ? _process! : throw new InvalidOperationException($"{Name} does not run. It wrote:\n{Output.Text}");

    internal static async Task<ServiceProcess> StartAsync(Assembly assembly, int httpPort, int grpcPort, IReadOnlyDictionary<string, string> settings)
    {
        var service = new ServiceProcess(ServiceIdentity.Of(assembly), httpPort, grpcPort, settings);
        try
        {
            await service.StartAsync();
            return service;
        }
        catch
        {
            await service.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts it (again) with the same ports and settings and waits until it reports healthy.</summary>
    public async Task StartAsync()
    {
        await LaunchAsync();
        await WaitUntilHealthyAsync(StartLimit);
    }

    /// <summary>Starts it (again) without waiting for anything.</summary>
    public async Task LaunchAsync()
    {
        if (IsRunning)
        {
            throw new InvalidOperationException($"{Name} runs already.");
        }

        var program = Path.Combine(_service.OutputFolder, $"AiTeams.{_service.Project}.dll");
        if (!File.Exists(program))
        {
            throw new InvalidOperationException($"{program} is not there: the test project needs a ProjectReference to {_service.Project}.");
        }

        _process?.Dispose();
        _process = await ChildProcesses.StartAsync("dotnet", [program], _service.OutputFolder, _environment, Output.Write);
    }

    public async Task WaitUntilHealthyAsync(TimeSpan limit)
    {
        using var http = new HttpClient { BaseAddress = HttpAddress, Timeout = TimeSpan.FromSeconds(5) };
        var started = Stopwatch.GetTimestamp();
        while (IsRunning && Stopwatch.GetElapsedTime(started) < limit)
        {
            try
            {
                using var answer = await http.GetAsync("/health");
                if (answer.IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (Exception ex) when (ex is HttpRequestException or TaskCanceledException)
            {
                // not listening yet
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50));
        }

        var fate = IsRunning ? $"was not healthy within {limit}" : $"ended with {_process?.ExitCode} before it was healthy";
        throw new InvalidOperationException($"{Name} {fate}. It wrote:\n{Output.Text}");
    }

    /// <summary>SIGKILL: no word to anybody. Returns when the process is gone.</summary>
    public async Task KillAsync()
    {
        Signals.Send(ProcessId, Signal.Kill);
        await _process!.WaitForExitAsync().WaitAsync(StopLimit);
    }

    /// <summary>SIGKILL for the processes it has started itself. Returns how many there were.</summary>
    public int KillChildren()
    {
        var children = ChildrenOf.Process(ProcessId);
        foreach (var child in children)
        {
            Signals.Send(child, Signal.Kill);
        }

        return children.Count;
    }

    /// <summary>SIGTERM, and the exit code of the graceful stop it asks for.</summary>
    public async Task<int> StopAsync()
    {
        Signals.Send(ProcessId, Signal.Terminate);
        await _process!.WaitForExitAsync().WaitAsync(StopLimit);
        return _process.ExitCode;
    }

    /// <summary>Freezes it: alive for the system, dead for everybody else, until <see cref="Resume"/> makes it a zombie that goes on.</summary>
    public void Freeze() => Signals.Send(ProcessId, Signal.Stop);

    public void Resume() => Signals.Send(ProcessId, Signal.Continue);

    private protected override async Task EndAsync()
    {
        if (IsRunning)
        {
            await KillAsync();
        }

        _process?.Dispose();
    }
}
