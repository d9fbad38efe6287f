using System.Globalization;
using System.Text.Json.Nodes;
using AiTeams.Scheduler.Schedules;

namespace AiTeams.Scheduler.Triggers;

/// <summary>Fired by the clock. Its key is the expression; what finds it is the time it is due next.</summary>
internal sealed class CronTrigger : TriggerType
{
    public const string Name = "CRON";

    public override string Subtype => Name;

    public override TriggerPlan Plan(TriggerNode node, DateTimeOffset now)
    {
        var (settings, problems) = CronSettings.Read(node.Configuration);
        return settings is null
            ? TriggerPlan.Refused([.. problems.Select(problem => node.Problem(problem.Code, problem.Message, problem.Parameter, problem.Hint))])
            : TriggerPlan.Of(settings.Schedule.Expression, settings.Schedule.Next(now));
    }

    public override IReadOnlyList<DateTimeOffset> NextFires(JsonObject configuration, DateTimeOffset after, int count) =>
        CronSettings.Read(configuration).Settings?.Schedule.Next(after, count) ?? [];

    public override JsonObject InvocationSchema(JsonObject configuration)
    {
        var scheduled = new JsonObject
        {
            ["type"] = "string",
            ["format"] = "date-time",
            ["description"] = "The time it was due; without it, now.",
            ["examples"] = new JsonArray("2026-03-02T07:00:00Z"),
        };
        return new JsonObject
        {
            ["type"] = "object",
            ["properties"] = new JsonObject { ["scheduled_time"] = scheduled },
            ["additionalProperties"] = false,
            ["examples"] = new JsonArray(new JsonObject(), new JsonObject { ["scheduled_time"] = "2026-03-02T07:00:00Z" }),
        };
    }

    public override JsonObject Simulate(JsonObject configuration, JsonObject parameters, DateTimeOffset now)
    {
        var due = parameters["scheduled_time"] is JsonValue written && written.TryGetValue(out string? text)
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment) ? moment : now;
        return CronSettings.Read(configuration).Settings is { } settings ? Event(settings.Schedule, due) : Event(due, "UTC", "A schedule");
    }

    /// <summary>What the engine gets when a schedule is due.</summary>
    public static JsonObject Event(Schedule schedule, DateTimeOffset due) => Event(due, schedule.Zone, $"The schedule {schedule.Expression} ({schedule.Zone})");

    /// <summary>How a due time is written: in trigger data, and in the id of its delivery.</summary>
    public static string Written(DateTimeOffset due) => due.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static JsonObject Event(DateTimeOffset due, string zone, string what) => new()
    {
        ["scheduled_time"] = Written(due),
        ["timezone"] = zone,
        ["trigger_message"] = $"{what} was due at {Written(due)}.",
    };
}
