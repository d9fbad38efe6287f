using AiTeams.WorkflowEngine.Core.Data;

namespace AiTeams.WorkflowEngine.Core.Schemas;

internal sealed class Reference(string name, string pointer, SchemaNode target) : Keyword(name, pointer)
{
    public override bool Holds(SchemaCheck check, JsonData instance, Place place, DynamicScope scope, Evaluated? seen) =>
        target.Holds(check, instance, place, scope, seen);
}

/// <summary>Leads to the anchor of that name in the outermost schema passed on the way here that has one.</summary>
internal sealed class DynamicReference(string name, string pointer, SchemaNode target, string anchor) : Keyword(name, pointer)
{
    public override bool Holds(SchemaCheck check, JsonData instance, Place place, DynamicScope scope, Evaluated? seen)
    {
        var found = target;
        for (var at = scope; at is not null; at = at.Outer)
        {
            found = at.Resource.DynamicAnchors.GetValueOrDefault(anchor, found);
        }

        return found.Holds(check, instance, place, scope, seen);
    }
}

internal sealed class AllOf(string name, string pointer, SchemaNode[] schemas) : Keyword(name, pointer)
{
    public override bool Holds(SchemaCheck check, JsonData instance, Place place, DynamicScope scope, Evaluated? seen)
    {
        var holds = true;
        foreach (var schema in schemas)
        {
            holds &= schema.Holds(check, instance, place, scope, seen);
        }

        return holds;
    }
}

internal sealed class AnyOf(string name, string pointer, SchemaNode[] schemas) : Keyword(name, pointer)
{
    public override bool Holds(SchemaCheck check, JsonData instance, Place place, DynamicScope scope, Evaluated? seen)
    {
        var holds = false;
        foreach (var schema in schemas)
        {
            holds |= check.Quietly(schema, instance, place, scope, seen);
            if (holds && seen is null)
            {
                break;
            }
        }

        return holds || Wrong(check, place, $"Is none of the {schemas.Length} things it may be.");
    }
}

internal sealed class OneOf(string name, string pointer, SchemaNode[] schemas) : Keyword(name, pointer)
{
    public override bool Holds(SchemaCheck check, JsonData instance, Place place, DynamicScope scope, Evaluated? seen)
    {
        var count = schemas.Count(schema => check.Quietly(schema, instance, place, scope, seen));
        return count == 1 || Wrong(check, place, $"Must be exactly one of the {schemas.Length} things it may be, and is {(count == 0 ? "none" : $"{count}")} of them.");
    }
}

internal sealed class Not(string name, string pointer, SchemaNode schema) : Keyword(name, pointer)
{
    public override bool Holds(SchemaCheck check, JsonData instance, Place place, DynamicScope scope, Evaluated? seen) =>
        !check.Quietly(schema, instance, place, scope, null) || Wrong(check, place, "Is just what it must not be.");
}

internal sealed class Conditional(string name, string pointer, SchemaNode condition, SchemaNode? then, SchemaNode? otherwise) : Keyword(name, pointer)
{
    public override bool Holds(SchemaCheck check, JsonData instance, Place place, DynamicScope scope, Evaluated? seen)
    {
        var chosen = check.Quietly(condition, instance, place, scope, seen) ? then : otherwise;
        return chosen is null || chosen.Holds(check, instance, place, scope, seen);
    }
}
