using System.Net.Sockets;
using Grpc.Core;

namespace AiTeams.WorkflowEngine.Runtime;

/// <summary>Why the integrations service gave no answer at all.</summary>
internal sealed record NoAnswer(string Message, bool IsTimeout, bool IsRefused);

/// <summary>
/// How the engine asks the integrations service. A question that certainly never left (nobody was listening) is asked again for a
/// while, so that a restart of that service is not noticed. One that may have been heard is not asked again here: that is for the
/// node's retries, which carry the same idempotency key.
/// </summary>
internal sealed class IntegrationsPatience(TimeProvider clock)
{
    // Beyond the call's own time: the service answers "timed out" itself, and has to get that answer back.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan UntilItIsBack = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <summary>Throws only when the caller cancels.</summary>
    public async Task<(TAnswer? Answer, NoAnswer? Failure)> AskAsync<TAnswer>(
        Func<DateTime, AsyncUnaryCall<TAnswer>> ask, TimeSpan timeout, CancellationToken cancellationToken)
        where TAnswer : class
    {
        var began = clock.GetTimestamp();
        while (true)
        {
            try
            {
                using var call = ask((clock.GetUtcNow() + timeout + Grace).UtcDateTime);
                return (await call.ResponseAsync, null);
            }
            catch (RpcException ex) when (cancellationToken.IsCancellationRequested)
            {
                throw new OperationCanceledException(ex.Status.Detail, ex, cancellationToken);
            }
            catch (RpcException ex) when (WasNeverSent(ex.Status) && clock.GetElapsedTime(began) < UntilItIsBack)
            {
                await Task.Delay(Pause, clock, cancellationToken);
            }
            catch (RpcException ex)
            {
                return (null, ex.StatusCode switch
                {
                    StatusCode.DeadlineExceeded => new NoAnswer($"No answer within {timeout.TotalSeconds:0.###} s.", IsTimeout: true, IsRefused: false),
                    StatusCode.InvalidArgument or StatusCode.ResourceExhausted => new NoAnswer(ex.Status.Detail, IsTimeout: false, IsRefused: true),
                    _ => new NoAnswer("The integrations service, through which every call goes, is not available.", IsTimeout: false, IsRefused: false),
                });
            }
        }
    }

    private static bool WasNeverSent(Status status) => status.StatusCode == StatusCode.Unavailable
        && status.DebugException is SocketException or HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError };
}
