using System.Collections.Frozen;

namespace AiTeams.WorkflowEngine.Core.Definitions;

/// <summary>The node types that are described, as data: built once per process, so looking one up costs no query.</summary>
public static class NodeCatalog
{
    private static readonly FrozenDictionary<(string Type, string Subtype), NodeSpec> ByKey =
        Specs.Everything.ToFrozenDictionary(spec => (spec.Type, spec.Subtype));

    /// <summary>Every specification, whether it can run or not.</summary>
    public static IReadOnlyList<NodeSpec> All => Specs.Everything;

    /// <summary>What a workflow can be built from.</summary>
    public static IReadOnlyList<NodeSpec> Active { get; } = [.. Specs.Everything.Where(spec => spec.IsActive)];

    public static NodeSpec? Find(string type, string subtype) => ByKey.GetValueOrDefault((type, subtype));

    /// <summary>Null for what cannot run as well.</summary>
    public static NodeSpec? FindActive(string type, string subtype) => Find(type, subtype) is { IsActive: true } spec ? spec : null;
}
