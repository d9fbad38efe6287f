using System.Diagnostics;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace AiTeams.Testing;

/// <summary>
/// Runs a program's entry point and gets hold of the host it builds, by the diagnostic events with which hosts announce themselves (the
/// way WebApplicationFactory does it, which however replaces the server).
/// </summary>
internal sealed class HostCapture(Action<IServiceCollection>? services) : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>
{
    private const string HostingEvents = "Microsoft.Extensions.Hosting";

    // Several tests may start hosts at once: each sees the events of its own program only.
    private static readonly AsyncLocal<HostCapture?> Current = new();

    private readonly TaskCompletionSource<IHost> _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<string> _early = [];
    private IDisposable? _subscription;
    private Action<string>? _lines;

    public IHost Host => _started.Task.Result;

    /// <summary>Ends when the program does.</summary>
    public Task Program { get; private set; } = Task.CompletedTask;

    public Action<string> Lines
    {
        set
        {
            lock (_early)
            {
                _early.ForEach(value);
                _lines = value;
            }
        }
    }

    public Task RunAsync(MethodInfo entryPoint, string[] arguments)
    {
        Program = Task.Factory.StartNew(() => Run(entryPoint, arguments), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        return _started.Task;
    }

    public void OnNext(DiagnosticListener value)
    {
        if (Current.Value == this && value.Name == HostingEvents)
        {
            _subscription = value.Subscribe(this);
        }
    }

    public void OnNext(KeyValuePair<string, object?> value)
    {
        if (Current.Value != this)
        {
            return;
        }

        switch (value)
        {
            case ("HostBuilding", IHostBuilder builder):
                builder.ConfigureServices((_, collection) => Adjust(collection));
                break;
            case ("HostBuilt", IHost host):
                host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStarted.Register(() => _started.TrySetResult(host));
                break;
        }
    }

    public void OnCompleted()
    {
    }

    public void OnError(Exception error)
    {
    }

    private void Run(MethodInfo entryPoint, string[] arguments)
    {
        Current.Value = this;
        using var all = DiagnosticListener.AllListeners.Subscribe(this);
        try
        {
            entryPoint.Invoke(null, BindingFlags.DoNotWrapExceptions, null, entryPoint.GetParameters().Length == 0 ? [] : [arguments], null);
            _started.TrySetException(new InvalidOperationException($"The program ended before it had started.\n{Early()}"));
        }
        catch (Exception ex) when (_started.TrySetException(new InvalidOperationException($"The service did not start: {ex.Message}\n{Early()}", ex)))
        {
            // whoever waits for the start has it now
        }
        finally
        {
            _subscription?.Dispose();
        }
    }

    private void Adjust(IServiceCollection collection)
    {
        foreach (var console in collection.Where(service => service.ImplementationType == typeof(ConsoleLoggerProvider)).ToList())
        {
            collection.Remove(console);
        }

        collection.AddSingleton<ILoggerProvider>(new LineLoggerProvider(Write));
        collection.AddSingleton<IHostLifetime, NoSignals>();
        services?.Invoke(collection);
    }

    private void Write(string line)
    {
        lock (_early)
        {
            if (_lines is { } lines)
            {
                lines(line);
            }
            else
            {
                _early.Add(line);
            }
        }
    }

    private string Early()
    {
        lock (_early)
        {
            return string.Join('\n', _early);
        }
    }

    /// <summary>Signals are for the test runner, not for a service inside it.</summary>
    private sealed class NoSignals : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
