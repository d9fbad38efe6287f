using System.Text.Json.Nodes;

namespace AiTeams.Scheduler.Triggers;

/// <summary>What one kind of trigger knows about itself: how it is deployed, and what an event of it looks like.</summary>
internal abstract class TriggerType
{
    /// <summary>CRON, MANUAL, WEBHOOK, EMAIL, GITHUB or SLACK.</summary>
    public abstract string Subtype { get; }

    /// <summary>Checks the node's configuration as deploying needs it, every problem at once. Left-over placeholders have been refused before.</summary>
    /// <param name="now">The database's clock.</param>
    public abstract TriggerPlan Plan(TriggerNode node, DateTimeOffset now);

    /// <summary>When a clock fires it next, soonest first, after a moment; none for what something outside fires.</summary>
    /// <param name="configuration">Of a trigger that is deployed.</param>
    public virtual IReadOnlyList<DateTimeOffset> NextFires(JsonObject configuration, DateTimeOffset after, int count) => [];

    /// <summary>The parameters of a simulated event: JSON Schema 2020-12 of an object, with defaults and examples.</summary>
    public abstract JsonObject InvocationSchema(JsonObject configuration);

    /// <summary>What the engine gets for an event that somebody made up: the same fields a real one has.</summary>
    /// <param name="parameters">Has been checked against <see cref="InvocationSchema"/>.</param>
    public abstract JsonObject Simulate(JsonObject configuration, JsonObject parameters, DateTimeOffset now);
}
