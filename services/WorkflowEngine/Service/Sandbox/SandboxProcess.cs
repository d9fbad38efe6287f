using System.Diagnostics;
using System.Globalization;
using AiTeams.WorkflowEngine.Sandbox.Wire;

namespace AiTeams.WorkflowEngine.Sandbox;

/// <summary>One child process, for one run at a time. It knows nothing: empty environment, empty folder, only its two pipes.</summary>
internal sealed class SandboxProcess : IDisposable
{
    private readonly Process _process;

    private SandboxProcess(Process process) => _process = process;

    public int Id => _process.Id;

    public int Runs { get; private set; }

    public bool IsAlive => !_process.HasExited;

    /// <summary>It was killed, or ended in the middle of a run, whether the system has noticed or not.</summary>
    public bool IsDoomed { get; private set; }

    /// <exception cref="InvalidOperationException">It did not start, or would not be locked in; the message says which.</exception>
    public static async Task<SandboxProcess> StartAsync(SandboxOptions options, string emptyFolder, CancellationToken cancellationToken)
    {
        var program = SandboxLocation.FindProgram(options) ?? throw new InvalidOperationException("The sandbox's program is not there.");
        var start = new ProcessStartInfo(SandboxLocation.FindRuntime())
        {
            WorkingDirectory = emptyFolder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in new[] { "exec", program, options.HeapMegabytes.ToString(CultureInfo.InvariantCulture) })
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment.Clear();
        start.Environment["TZ"] = "UTC";
        start.Environment["DOTNET_EnableDiagnostics"] = "0";             // no socket and no pipe to attach to
        start.Environment["DOTNET_EnableWriteXorExecute"] = "0";         // it needs a file in memory, and files may not be written
        start.Environment["DOTNET_TieredPGO"] = "0";
        var process = Process.Start(start) ?? throw new InvalidOperationException("The sandbox did not start.");
        var sandbox = new SandboxProcess(process);
        process.ErrorDataReceived += static (_, _) => { };               // read, so that it cannot block, and forgotten: it may hold anything
        process.BeginErrorReadLine();
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(options.StartTimeout);
            var ready = await Frame.ReadAsync(process.StandardOutput.BaseStream, limit.Token);
            return ready switch
            {
                [Frame.Confined] => sandbox,
                [Frame.Unconfined] when options.AllowUnconfined => sandbox,
                [Frame.Unconfined] => throw new InvalidOperationException("The kernel does not lock the sandbox in (Sandbox:AllowUnconfined)."),
                _ => throw new InvalidOperationException("The sandbox ended before it was ready."),
            };
        }
        catch (Exception exception)
        {
            sandbox.Dispose();
            throw exception is OperationCanceledException && !cancellationToken.IsCancellationRequested
                ? new InvalidOperationException("The sandbox was not ready in time.", exception)
                : exception;
        }
    }

    /// <summary>
    /// One run. Null: the process is gone and the run with it. When it does not answer in time, or the caller does not want to know any
    /// more, it is killed.
    /// </summary>
    public async Task<CodeReply?> RunAsync(CodeRequest request, TimeSpan grace, CancellationToken cancellationToken)
    {
        Runs++;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeSpan.FromMilliseconds(request.TimeoutMilliseconds) + grace);
        try
        {
            await _process.StandardInput.BaseStream.WriteAsync(request.ToFrame(), limit.Token);
            await _process.StandardInput.BaseStream.FlushAsync(limit.Token);
            var frame = await Frame.ReadAsync(_process.StandardOutput.BaseStream, limit.Token);
            if (frame is not null)
            {
                return CodeReply.FromFrame(frame);
            }

            Kill();
            return null;
        }
        catch (OperationCanceledException)
        {
            Kill();
            cancellationToken.ThrowIfCancellationRequested();
            return CodeReply.Of(CodeOutcome.TimedOut, $"The code took longer than {request.TimeoutMilliseconds / 1000.0:0.###} s and would not be interrupted.");
        }
        catch (IOException)
        {
            Kill();
            return null;
        }
    }

    private void Kill()
    {
        IsDoomed = true;
        try
        {
            _process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It has ended by itself.
        }
    }

    public void Dispose()
    {
        Kill();
        _process.Dispose();
    }
}
