using System.Text.Json.Nodes;

namespace AiTeams.Scheduler.Triggers;

/// <summary>Fired by a person only: deployed so that lists show it.</summary>
internal sealed class ManualTrigger : TriggerType
{
    private const int LongestKey = 255;

    public override string Subtype => "MANUAL";

    public override TriggerPlan Plan(TriggerNode node, DateTimeOffset now)
    {
        var key = $"manual:{node.Id}";
        return TriggerPlan.Of(key.Length <= LongestKey ? key : key[..LongestKey]);
    }

    public override JsonObject InvocationSchema(JsonObject configuration) => new()
    {
        ["type"] = "object",
        ["description"] = "Whatever the workflow takes; it is handed on as it is.",
        ["examples"] = new JsonArray(new JsonObject { ["city"] = "Lviv" }),
    };

    public override JsonObject Simulate(JsonObject configuration, JsonObject parameters, DateTimeOffset now) => parameters;
}
