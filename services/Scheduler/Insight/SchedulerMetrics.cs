using System.Diagnostics.Metrics;

namespace AiTeams.Scheduler.Insight;

/// <summary>The scheduler's own figures, meter "AiTeams.Scheduler".</summary>
internal sealed class SchedulerMetrics
{
    private readonly Counter<long> _fired;
    private readonly Counter<long> _failed;
    private readonly Counter<long> _queued;
    private double _lag;
    private long _waiting;

    public SchedulerMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("AiTeams.Scheduler");
        _fired = meter.CreateCounter<long>("aiteams.scheduler.fired", description: "Deliveries that became executions");
        _queued = meter.CreateCounter<long>("aiteams.scheduler.queued", description: "Deliveries no engine took at once");
        _failed = meter.CreateCounter<long>("aiteams.scheduler.failed", description: "Deliveries the engine refused for good");
        meter.CreateObservableGauge("aiteams.scheduler.lag", () => Volatile.Read(ref _lag), "s", "How long the oldest due time or queued delivery has been waiting");
        meter.CreateObservableGauge("aiteams.scheduler.waiting", () => Volatile.Read(ref _waiting), description: "Queued deliveries that are due");
    }

    public void Fired() => _fired.Add(1);

    public void Failed() => _failed.Add(1);

    public void Queued() => _queued.Add(1);

    public void Behind(TimeSpan lag, long waiting)
    {
        Volatile.Write(ref _lag, lag.TotalSeconds);
        Volatile.Write(ref _waiting, waiting);
    }
}
