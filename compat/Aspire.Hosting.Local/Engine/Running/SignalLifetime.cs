using System.Runtime.InteropServices;
using Microsoft.Extensions.Hosting;

namespace AiTeams.LocalHosting;

/// <summary>Ctrl+C, SIGTERM, a closed terminal: the first time everything is stopped in order, the second time it is killed.</summary>
internal sealed class SignalLifetime(IHostApplicationLifetime application, LocalEngine engine) : IHostLifetime, IDisposable
{
    private readonly List<PosixSignalRegistration> _registrations = [];
    private readonly CancellationTokenSource _over = new();
    private int _signals;

    public Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        foreach (var signal in (PosixSignal[])[PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGQUIT, PosixSignal.SIGHUP])
        {
            _registrations.Add(PosixSignalRegistration.Create(signal, OnSignal));
        }

        _ = StopWithParentAsync();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        _over.Cancel();
        _over.Dispose();
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }
    }

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        if (Interlocked.Increment(ref _signals) == 1)
        {
            // Not in the handler: stopping takes seconds, and the next signal is to be heard meanwhile.
            _ = Task.Run(application.StopApplication);
        }
        else
        {
            engine.KillAtOnce();
            Environment.Exit(130);
        }
    }

    // `dotnet run` is a process of its own: killed hard, it takes the terminal's only handle on this one with it.
    private async Task StopWithParentAsync()
    {
        try
        {
            await WatchedParent.GoneAsync(_over.Token);
            application.StopApplication();
        }
        catch (OperationCanceledException)
        {
            // The application ended first.
        }
    }
}

/// <summary>The <c>dotnet run</c> this host was started by, if it was.</summary>
internal static class WatchedParent
{
    private static int? _parent;

    /// <summary>To be called early: the parent is the one at the start.</summary>
    public static void Note()
    {
        var parent = SystemCalls.ParentId();
        try
        {
            var command = File.ReadAllText($"/proc/{parent}/cmdline").Split('\0');
            _parent = command is [var program, "run" or "watch", ..] && Path.GetFileName(program) == "dotnet" ? parent : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            _parent = null;
        }
    }

    public static async Task GoneAsync(CancellationToken cancellationToken)
    {
        if (_parent is null)
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }

        while (SystemCalls.ParentId() == _parent)
        {
            await Task.Delay(500, cancellationToken);
        }
    }
}
