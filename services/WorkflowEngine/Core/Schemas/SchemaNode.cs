using AiTeams.WorkflowEngine.Core.Data;

namespace AiTeams.WorkflowEngine.Core.Schemas;

/// <summary>One schema object, or <c>true</c> or <c>false</c> in the place of one.</summary>
internal sealed class SchemaNode(JsonData source, string pointer, SchemaResource resource)
{
    public JsonData Source => source;

    /// <summary>From the root of the document it stands in.</summary>
    public string Pointer => pointer;

    public SchemaResource Resource => resource;

    /// <summary>In the order in which they are to be applied: what looks at what the others left over comes last.</summary>
    public IReadOnlyList<Keyword> Keywords { get; set; } = [];

    public bool Holds(SchemaCheck check, JsonData instance, Place place, DynamicScope scope, Evaluated? seen)
    {
        check.Spend(pointer);
        if (source.IsBoolean)
        {
            return source.IsTrue || check.Wrong(place, "false", pointer, "Nothing is allowed here.");
        }

        check.Enter(pointer);
        var inner = scope.Resource == resource ? scope : new DynamicScope(resource, scope);
        var own = check.TracksEvaluated ? new Evaluated() : null;
        var holds = true;
        foreach (var keyword in Keywords)
        {
            if (!keyword.Holds(check, instance, place, inner, own))
            {
                holds = false;
                if (!check.WantsMore)
                {
                    break;
                }
            }
        }

        if (holds && own is not null)
        {
            seen?.Add(own);
        }

        check.Leave();
        return holds;
    }
}

/// <summary>A schema with an address of its own: a document, or a part of one with <c>$id</c>.</summary>
internal sealed class SchemaResource(string uri, JsonData root, string pointer)
{
    public string Uri => uri;

    public JsonData Root => root;

    /// <summary>Where it begins in its document.</summary>
    public string Pointer => pointer;

    public Dictionary<string, SchemaNode> Anchors { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, SchemaNode> DynamicAnchors { get; } = new(StringComparer.Ordinal);
}

/// <summary>One rule of a schema.</summary>
internal abstract class Keyword(string name, string pointer)
{
    public string Name => name;

    public string Pointer => pointer;

    /// <summary>Whether the value keeps to it; reports to the check what does not, and to <paramref name="seen"/> what it looked at.</summary>
    public abstract bool Holds(SchemaCheck check, JsonData instance, Place place, DynamicScope scope, Evaluated? seen);

    protected bool Wrong(SchemaCheck check, Place place, string message) => check.Wrong(place, name, pointer, message);
}
