using System.Diagnostics.Metrics;

namespace AiTeams.WorkflowEngine;

/// <summary>The engine's own figures, meter "AiTeams.WorkflowEngine".</summary>
internal sealed class EngineMetrics
{
    private readonly Counter<long> _flushes;
    private readonly Counter<long> _units;
    private readonly Histogram<double> _flushDuration;
    private readonly Counter<long> _started;
    private readonly Counter<long> _finished;
    private readonly Counter<long> _eventReads;

    public EngineMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("AiTeams.WorkflowEngine");
        _flushes = meter.CreateCounter<long>("aiteams.engine.flushes", description: "Commits of the group writer");
        _units = meter.CreateCounter<long>("aiteams.engine.flushed_units", description: "Units of work in those commits");
        _flushDuration = meter.CreateHistogram<double>("aiteams.engine.flush.duration", "s", "Time of one flush");
        _started = meter.CreateCounter<long>("aiteams.engine.executions.started");
        _eventReads = meter.CreateCounter<long>("aiteams.engine.event_reads", description: "Looks at the log for those who watch an execution");
        _finished = meter.CreateCounter<long>("aiteams.engine.executions.finished");
    }

    public void Flushed(int units, TimeSpan duration)
    {
        _flushes.Add(1);
        _units.Add(units);
        _flushDuration.Record(duration.TotalSeconds);
    }

    public void Started() => _started.Add(1);

    public void Finished(string status) => _finished.Add(1, new KeyValuePair<string, object?>("status", status));

    public void EventsRead() => _eventReads.Add(1);
}
