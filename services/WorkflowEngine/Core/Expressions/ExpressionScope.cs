using AiTeams.WorkflowEngine.Core.Data;

namespace AiTeams.WorkflowEngine.Core.Expressions;

/// <summary>What an expression can see. Nothing else exists for it.</summary>
public sealed record ExpressionScope
{
    public static ExpressionScope Empty { get; } = new();

    /// <summary><c>$json</c>: the node's main input.</summary>
    public JsonData Json { get; init; }

    /// <summary><c>$input.port</c>: an object of port to what arrived from it.</summary>
    public JsonData Ports { get; init; }

    /// <summary>The named inputs of the node; bare paths look here after the reserved names.</summary>
    public JsonData Inputs { get; init; }

    public JsonData Config { get; init; }

    public JsonData Trigger { get; init; }

    public JsonData Vars { get; init; }

    /// <summary><c>$static</c>: what the workflow has kept from earlier runs, and this run so far.</summary>
    public JsonData Static { get; init; }

    /// <summary>The element at hand inside FILTER, SORT and transformations; Missing elsewhere.</summary>
    public JsonData Item { get; init; }

    public int Index { get; init; }

    /// <summary><c>$loop</c>: in a loop's body <c>item</c> and <c>index</c> of the iteration; Missing elsewhere.</summary>
    public JsonData Loop { get; init; }

    /// <summary>Gives an earlier node's outputs by id or name, an object of port to payload; Missing when it has none.</summary>
    public Func<string, JsonData>? NodeOutputs { get; init; }

    /// <summary>What all evaluations with this scope may spend together; null for no common limit.</summary>
    internal StepBudget? Budget { get; init; }

    /// <summary>What <c>now()</c> says.</summary>
    public DateTimeOffset Now { get; init; }

    /// <summary>The zone of dates that do not say theirs: the workflow's <c>settings.timezone</c>.</summary>
    public TimeZoneInfo Zone { get; init; } = TimeZoneInfo.Utc;

    /// <summary><c>$execution</c>: id, mode, started_at and trigger_node_id of the run; null when there is none.</summary>
    public Func<JsonData>? Execution { get; init; }

    /// <summary><c>$workflow</c>: id, name, version and timezone.</summary>
    public JsonData Workflow { get; init; }
}
