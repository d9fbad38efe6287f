using System.Collections.Frozen;
using AiTeams.WorkflowEngine.Core.Definitions;

namespace AiTeams.WorkflowEngine.Core.Nodes;

/// <summary>Which behaviour belongs to which entry of the catalogue.</summary>
internal static class NodeBehaviours
{
    private static readonly FrozenDictionary<(string, string), NodeBehaviour> Table = new Dictionary<(string, string), NodeBehaviour>
    {
        [(NodeTypes.Trigger, "MANUAL")] = new ManualTrigger(),
        [(NodeTypes.Flow, "DELAY")] = new DelayNode(),
        [(NodeTypes.Flow, "IF")] = new IfNode(),
    }.ToFrozenDictionary();

    public static bool Has(NodeSpec spec) => Table.ContainsKey((spec.Type, spec.Subtype));

    public static NodeBehaviour For(NodeSpec spec) => Table[(spec.Type, spec.Subtype)];
}
