using System.Text.Json;
using System.Text.Json.Nodes;
using AiTeams.Scheduler.Triggers;

namespace AiTeams.Scheduler.Firing;

/// <summary>A row of trigger_index whose time has come.</summary>
/// <param name="DueAt">The time it has been waiting for.</param>
/// <param name="Now">The database's clock.</param>
internal sealed record DueSchedule(
    Guid Id, Guid WorkflowId, Guid UserId, string NodeId, int WorkflowVersion, string Configuration, DateTimeOffset DueAt, DateTimeOffset Now)
{
    /// <summary>What the clock has struck since, what of that is fired, and when it is due again. Never throws, whatever is stored.</summary>
    public Strike Strike()
    {
        try
        {
            var (settings, problems) = CronSettings.Read(JsonNode.Parse(Configuration) as JsonObject ?? []);
            return settings is null ? Broken(string.Join(' ', problems.Select(problem => problem.Message))) : Strike(settings);
        }
        catch (Exception ex) when (ex is JsonException or ArgumentException or InvalidOperationException)
        {
            return Broken(ex.Message);                    // a key twice, or no JSON as we know it
        }
    }

    private Strike Strike(CronSettings settings)
    {
        var due = settings.Schedule.Between(DueAt, Now, settings.MaxMissedRuns);
        var lastMissed = due.Earlier == 0 ? null : (DateTimeOffset?)settings.Schedule.Between(DueAt, due.Latest[0].AddSeconds(-1), 1).Latest[0];
        return new Strike(this, settings, due.Latest, settings.Schedule.Next(Now), due.Earlier, lastMissed, Error: null);
    }

    private Strike Broken(string error) => new(this, Settings: null, [], NextFireAt: null, Missed: 0, LastMissedAt: null, error);
}

/// <summary>What comes of a due row.</summary>
/// <param name="Settings">Null when they cannot be read.</param>
/// <param name="Fired">The due times it is fired for, oldest first.</param>
/// <param name="NextFireAt">Null: never again.</param>
/// <param name="Missed">How many due times are not made up for.</param>
/// <param name="Error">Why the row can no longer be read; such a row stops listening.</param>
internal sealed record Strike(
    DueSchedule Row, CronSettings? Settings, IReadOnlyList<DateTimeOffset> Fired, DateTimeOffset? NextFireAt, long Missed, DateTimeOffset? LastMissedAt, string? Error)
{
    /// <summary>One due time of one trigger, whoever sees it and however often.</summary>
    public string DeliveryKey(DateTimeOffset due) => Delivery.KeyOf(Row.WorkflowId, Row.NodeId, $"cron:{CronTrigger.Written(due)}");

    public string Data(DateTimeOffset due) => CronTrigger.Event(Settings!.Schedule, due).ToJsonString();
}
