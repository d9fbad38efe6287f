using AiTeams.WorkflowEngine.Core.Data;
using AiTeams.WorkflowEngine.Core.Executions;
using AiTeams.WorkflowEngine.Core.Expressions;
using AiTeams.WorkflowEngine.Core.Graph;

namespace AiTeams.WorkflowEngine.Core.Nodes;

/// <summary>One payload that arrived, and from where.</summary>
internal readonly record struct Arrival(CompiledNode Source, string Port, JsonData Payload);

/// <summary>All a behaviour may look at while one node runs.</summary>
internal sealed class NodeContext
{
    private ExpressionScope? _scope;
    private JsonData _configuration;

    public required CompiledNode Node { get; init; }

    public required ExecutionStart Start { get; init; }

    public required NodeRun Run { get; init; }

    public required DateTimeOffset Now { get; init; }

    /// <summary>When the node began; earlier than <see cref="Now"/> after a wait or a call.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    public required JsonData Vars { get; init; }

    public required JsonData Trigger { get; init; }

    public required CompiledWorkflow Workflow { get; init; }

    public required Func<string, JsonData> NodeOutputs { get; init; }

    /// <summary>What arrived, in the order of the document's connections.</summary>
    public required IReadOnlyList<Arrival> Arrivals { get; init; }

    /// <summary>What the workflow keeps between runs.</summary>
    public JsonData Static { get; init; }

    /// <summary>In a loop's body <c>item</c> and <c>index</c> of the iteration; Missing elsewhere.</summary>
    public JsonData Loop { get; init; }

    /// <summary>What arrived, as one value: <c>$json</c>.</summary>
    public JsonData Json { get; set; }

    /// <summary>The payload's fields with input_params; for a payload that is no object its value stands under <c>data</c>.</summary>
    public JsonData Inputs { get; set; }

    private StepBudget Budget { get; } = new(ExpressionLimits.MaxStepsPerNode);

    public JsonData Configuration
    {
        get
        {
            if (_configuration.IsMissing)
            {
                _configuration = Node.RenderConfiguration(() => Scope);
                if (_configuration.Weight > ExpressionLimits.MaxPayloadWeight)
                {
                    throw new ExpressionException($"The rendered configuration has more than {ExpressionLimits.MaxPayloadWeight} characters.", 0);
                }
            }

            return _configuration;
        }
    }

    /// <summary>The input <c>data</c> when there is one, else everything that arrived.</summary>
    public JsonData Data => Inputs["data"] is { IsMissing: false } data ? data : Json;

    public ExpressionScope Scope => _scope ??= new ExpressionScope
    {
        Json = Json,
        Inputs = Inputs,
        Ports = PortsOf(Arrivals),
        Config = Node.Definition.Configurations,
        Trigger = Trigger,
        Vars = Vars,
        Loop = Loop,
        Static = Static,
        NodeOutputs = NodeOutputs,
        Now = Now,
        Zone = Workflow.Zone,
        Workflow = Workflow.About,
        Execution = Start.Describe,
        Budget = Budget,
    };

    public ItemScopes ItemScopes() => new(Scope);

    public void ForgetScope() => _scope = null;

    private static JsonData PortsOf(IReadOnlyList<Arrival> arrivals)
    {
        var ports = new JsonObjectBuilder(arrivals.Count);
        foreach (var arrival in arrivals)
        {
            ports.Set(arrival.Port, arrival.Payload);
        }

        return ports.Build();
    }
}
