using System.Collections.Concurrent;
using AiTeams.WorkflowEngine.Sandbox.Wire;
using Microsoft.Extensions.Options;

namespace AiTeams.WorkflowEngine.Sandbox;

/// <summary>
/// Processes that run JavaScript, kept warm between runs. The first is started when it is first needed, so that an engine without code
/// pays nothing; one that was killed or has run often enough is replaced while nobody waits.
/// </summary>
internal sealed partial class SandboxPool : IDisposable
{
    private readonly SandboxOptions _options;
    private readonly ILogger<SandboxPool> _logger;
    private readonly SemaphoreSlim _turns;
    private readonly ConcurrentStack<Task<SandboxProcess>> _idle = [];
    private readonly ConcurrentDictionary<SandboxProcess, bool> _all = [];
    private readonly CancellationTokenSource _closing = new();
    private readonly Lazy<DirectoryInfo> _emptyFolder = new(() => Directory.CreateTempSubdirectory("sandbox-"));

    public SandboxPool(IOptions<SandboxOptions> options, ILogger<SandboxPool> logger)
    {
        _options = options.Value;
        _logger = logger;
        _turns = new SemaphoreSlim(_options.Processes);
    }

    /// <summary>The processes there are at the moment, busy or not.</summary>
    public IReadOnlyCollection<int> ProcessIds => [.. _all.Keys.Where(process => process.IsAlive).Select(process => process.Id)];

    /// <summary>Waits for a free process and runs the request. Whatever the code does is a reply; only a cancelled call throws.</summary>
    public async Task<CodeReply> RunAsync(CodeRequest request, CancellationToken cancellationToken)
    {
        if (request.Pieces.Sum(piece => (long)piece.Code.Length + piece.Arguments.Length) > _options.MaxInputCharacters)
        {
            return CodeReply.Of(CodeOutcome.TooMuchInput, $"Code and data together have more than {_options.MaxInputCharacters} characters.");
        }

        await _turns.WaitAsync(cancellationToken);
        try
        {
            var process = await TakeAsync();
            try
            {
                var bounded = request with { MaxOutputCharacters = Math.Min(request.MaxOutputCharacters, _options.MaxOutputCharacters) };
                return await process.RunAsync(bounded, _options.Grace, cancellationToken)
                    ?? CodeReply.Of(CodeOutcome.Killed, "The code's process ended before the code did: it wanted more than it may have.");
            }
            finally
            {
                GiveBack(process);
            }
        }
        catch (InvalidOperationException exception)
        {
            LogMissing(exception.Message);
            return CodeReply.Of(CodeOutcome.Unavailable, $"No sandbox can be started: {exception.Message}");
        }
        finally
        {
            _turns.Release();
        }
    }

    public void Dispose()
    {
        _closing.Cancel();
        foreach (var process in _all.Keys)
        {
            process.Dispose();
        }

        if (_emptyFolder.IsValueCreated)
        {
            _emptyFolder.Value.Delete(recursive: true);
        }
    }

    private async Task<SandboxProcess> TakeAsync()
    {
        while (_idle.TryPop(out var warm))
        {
            try
            {
                var process = await warm;
                if (process.IsAlive)
                {
                    return process;
                }

                LogReplaced(process.Id, process.Runs);
                Forget(process);
            }
            catch (InvalidOperationException exception)
            {
                LogMissing(exception.Message);               // it was started beforehand and did not come up: try again, now waiting for it
            }
        }

        return await StartAsync();
    }

    private void GiveBack(SandboxProcess process)
    {
        if (process.IsAlive && !process.IsDoomed && process.Runs < _options.RunsPerProcess)
        {
            _idle.Push(Task.FromResult(process));
            return;
        }

        LogReplaced(process.Id, process.Runs);
        Forget(process);
        if (!_closing.IsCancellationRequested)
        {
            _idle.Push(StartAsync());
        }
    }

    private async Task<SandboxProcess> StartAsync()
    {
        var process = await SandboxProcess.StartAsync(_options, _emptyFolder.Value.FullName, _closing.Token);
        _all[process] = true;
        if (_closing.IsCancellationRequested)
        {
            Forget(process);
        }

        LogStarted(process.Id);
        return process;
    }

    private void Forget(SandboxProcess process)
    {
        _all.TryRemove(process, out _);
        process.Dispose();
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Sandbox process {ProcessId} is ready")]
    private partial void LogStarted(int processId);

    [LoggerMessage(Level = LogLevel.Information, Message = "Sandbox process {ProcessId} is replaced after {Runs} runs")]
    private partial void LogReplaced(int processId, int runs);

    [LoggerMessage(Level = LogLevel.Error, Message = "No sandbox: {Reason}")]
    private partial void LogMissing(string reason);
}
