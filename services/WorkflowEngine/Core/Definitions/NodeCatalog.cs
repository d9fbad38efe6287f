using System.Collections.Frozen;

namespace AiTeams.WorkflowEngine.Core.Definitions;

/// <summary>The node types that can run, as data.</summary>
public static class NodeCatalog
{
    private static readonly FrozenDictionary<(string Type, string Subtype), NodeSpec> ByKey =
        Specs.Everything.ToFrozenDictionary(spec => (spec.Type, spec.Subtype));

    public static IReadOnlyList<NodeSpec> All => Specs.Everything;

    public static NodeSpec? Find(string type, string subtype) => ByKey.GetValueOrDefault((type, subtype));
}
