using System.Collections.Concurrent;
using System.Diagnostics;

namespace AiTeams.WorkflowEngine.Tests;

/// <summary>Counts the round trips to Postgres of requests that carry <see cref="Header"/>, by the spans Npgsql writes for them.</summary>
internal sealed class RoundTrips : IDisposable
{
    private readonly ActivityTraceId _trace = ActivityTraceId.CreateRandom();
    private readonly ConcurrentQueue<string> _spans = new();
    private readonly ActivityListener _listener;

    public RoundTrips()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "Npgsql" or "Microsoft.AspNetCore",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStarted = activity =>
            {
                if (activity.Source.Name == "Npgsql" && activity.TraceId == _trace)
                {
                    _spans.Enqueue(activity.DisplayName);
                }
            },
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public (string Name, string Value) Header => ("traceparent", $"00-{_trace}-{ActivitySpanId.CreateRandom()}-01");

    /// <summary>How many since the last time.</summary>
    public int Take()
    {
        var count = 0;
        while (_spans.TryDequeue(out _))
        {
            count++;
        }
        return count;
    }

    public void Dispose() => _listener.Dispose();
}
