using AiTeams.ServiceDefaults.Errors;

namespace AiTeams.Scheduler.Triggers;

/// <summary>What deploying a trigger node comes to: its row in the index, or what keeps it from having one.</summary>
/// <param name="IndexKey">What an event is looked up by, at most 255 characters; "" with problems.</param>
/// <param name="NextFireAt">When a clock fires it next; null for triggers that something outside fires.</param>
internal sealed record TriggerPlan(string IndexKey, DateTimeOffset? NextFireAt, IReadOnlyList<Problem> Problems)
{
    public static TriggerPlan Of(string indexKey, DateTimeOffset? nextFireAt = null) => new(indexKey, nextFireAt, []);

    public static TriggerPlan Refused(params IReadOnlyList<Problem> problems) => new("", null, problems);
}
