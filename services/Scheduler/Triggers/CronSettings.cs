using System.Text.Json.Nodes;
using AiTeams.Scheduler.Schedules;

namespace AiTeams.Scheduler.Triggers;

/// <summary>What is wrong with one parameter of a cron trigger.</summary>
internal sealed record CronProblem(string Parameter, string Code, string Message, string? Hint = null);

/// <summary>A cron trigger's configuration, read and with the defaults of its specification.</summary>
/// <param name="MaxMissedRuns">How many of the runs a standstill left out are made up for.</param>
/// <param name="OverlapPolicy">skip, queue or allow: what becomes of a run while the one before still goes on.</param>
internal sealed record CronSettings(Schedule Schedule, int MaxMissedRuns, string OverlapPolicy)
{
    private const int MostMissedRuns = 10;
    private const int UsualMissedRuns = 3;

    private static readonly string[] Policies = ["skip", "queue", "allow"];

    /// <summary>The settings, or every problem there is.</summary>
    public static (CronSettings? Settings, IReadOnlyList<CronProblem> Problems) Read(JsonObject configuration)
    {
        var problems = new List<CronProblem>();
        var expression = Text(configuration, "cron_expression", "0 9 * * *", problems);
        var zone = Text(configuration, "timezone", "UTC", problems);
        var policy = Text(configuration, "overlap_policy", Policies[0], problems);
        if (policy is not null && !Policies.Contains(policy, StringComparer.Ordinal))
        {
            problems.Add(new CronProblem("overlap_policy", "invalid_parameter", "The overlap policy is skip, queue or allow."));
        }

        var missed = configuration["max_missed_runs"] switch
        {
            null => UsualMissedRuns,
            JsonValue value when value.TryGetValue(out int whole) => whole,
            _ => 0,
        };
        if (missed is < 1 or > MostMissedRuns)
        {
            problems.Add(new CronProblem("max_missed_runs", "invalid_parameter", $"max_missed_runs is a whole number from 1 to {MostMissedRuns}."));
        }

        if (expression is null || zone is null)
        {
            return (null, problems);
        }

        var (schedule, faults) = Schedule.Parse(expression, zone);
        problems.AddRange(faults.Select(Of));
        return problems.Count > 0 ? (null, problems) : (new CronSettings(schedule!, missed, policy!), problems);
    }

    private static CronProblem Of(ScheduleProblem problem) => problem.Fault switch
    {
        ScheduleFault.Expression => new CronProblem(
            "cron_expression", "invalid_cron", problem.Message + ".",
            "Five fields: minute, hour, day of month, month, day of week (0 and 7 are Sunday). With six, the first is the second."),
        ScheduleFault.NeverFires => new CronProblem("cron_expression", "cron_never_fires", problem.Message + ".", "Is there such a day, as the 30th of February?"),
        ScheduleFault.Zone => new CronProblem("timezone", "unknown_timezone", problem.Message + "."),
    };

    private static string? Text(JsonObject configuration, string parameter, string usual, List<CronProblem> problems)
    {
        switch (configuration[parameter])
        {
            case null:
                return usual;
            case JsonValue value when value.TryGetValue(out string? text):
                return text;
            default:
                problems.Add(new CronProblem(parameter, "invalid_parameter", $"{parameter} is a text."));
                return null;
        }
    }
}
