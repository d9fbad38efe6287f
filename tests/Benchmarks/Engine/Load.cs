using System.Diagnostics;
using AiTeams.Benchmarks.Measuring;
using AiTeams.Contracts.WorkflowEngine.V1;

namespace AiTeams.Benchmarks.Engine;

/// <summary>Callers who each start an execution, wait for its answer and start the next.</summary>
internal static class Load
{
    /// <summary>Runs for that long and returns each call's time, and how long all of it took. Any answer but SUCCESS is an error.</summary>
    public static async Task<(Samples Times, TimeSpan Took)> RunAsync(
        EngineUnderTest engine, string workflowId, int callers, TimeSpan duration, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var times = await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(CallAsync, cancellationToken)));
        return (new Samples(times.SelectMany(list => list)), Stopwatch.GetElapsedTime(started));

        async Task<List<double>> CallAsync()
        {
            var list = new List<double>();
            while (Stopwatch.GetElapsedTime(started) < duration)
            {
                var from = Stopwatch.GetTimestamp();
                var answer = await engine.Calls.StartExecutionAsync(Request(engine, workflowId), engine.Identity, cancellationToken: cancellationToken);
                list.Add(Stopwatch.GetElapsedTime(from).TotalMilliseconds);
                if (answer.Status != "SUCCESS" || answer.Output.IsEmpty)
                {
                    throw new InvalidOperationException($"{answer.ExecutionId} is {answer.Status}.\n{engine.Process.Output.Text}");
                }
            }

            return list;
        }
    }

    public static StartExecutionRequest Request(EngineUnderTest engine, string workflowId, int waitSeconds = 30) => new()
    {
        UserId = engine.User.ToString("D"),
        WorkflowId = workflowId,
        Mode = ExecutionMode.Webhook,
        WaitSeconds = waitSeconds,
        Data = Google.Protobuf.ByteString.CopyFromUtf8("""{"order":{"id":17,"amount":150,"customer":"ada@example.org"},"items":[{"sku":"a","n":2},{"sku":"b","n":1}]}"""),
    };
}
