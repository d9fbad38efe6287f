using AiTeams.WorkflowEngine.Core.Data;

namespace AiTeams.WorkflowEngine.Core.Schemas;

internal sealed class PrefixItems(string name, string pointer, SchemaNode[] schemas) : Keyword(name, pointer)
{
    public override bool Holds(SchemaCheck check, JsonData instance, Place place, DynamicScope scope, Evaluated? seen)
    {
        var holds = true;
        for (var at = 0; at < Math.Min(schemas.Length, instance.Items.Length); at++)
        {
            seen?.Add(at);
            holds &= schemas[at].Holds(check, instance[at], place.Item(at), scope, null);
        }

        return holds;
    }
}

/// <summary>The items behind the prefix.</summary>
internal sealed class Items(string name, string pointer, int from, SchemaNode schema) : Keyword(name, pointer)
{
    public override bool Holds(SchemaCheck check, JsonData instance, Place place, DynamicScope scope, Evaluated? seen)
    {
        var holds = true;
        for (var at = from; at < instance.Items.Length && (holds || check.WantsMore); at++)
        {
            holds &= schema.Holds(check, instance[at], place.Item(at), scope, null);
        }

        if (seen is not null)
        {
            seen.AllItems |= instance.IsArray;
        }

        return holds;
    }
}

internal sealed class Contains(string name, string pointer, SchemaNode schema, int least, int most) : Keyword(name, pointer)
{
    public override bool Holds(SchemaCheck check, JsonData instance, Place place, DynamicScope scope, Evaluated? seen)
    {
        if (!instance.IsArray)
        {
            return true;
        }

        var count = 0;
        for (var at = 0; at < instance.Count; at++)
        {
            if (check.Quietly(schema, instance[at], place.Item(at), scope, null))
            {
                count++;
                seen?.Add(at);
            }
        }

        return count < least ? Wrong(check, place, $"Must contain at least {least} items of a kind, and contains {count}.")
            : count <= most || Wrong(check, place, $"Must contain at most {most} items of a kind, and contains {count}.");
    }
}

internal sealed class UniqueItems(string name, string pointer) : Keyword(name, pointer)
{
    public override bool Holds(SchemaCheck check, JsonData instance, Place place, DynamicScope scope, Evaluated? seen)
    {
        check.Spend(Pointer, instance.Weight / 64);
        var known = new Dictionary<JsonData, int>();
        for (var at = 0; at < instance.Items.Length; at++)
        {
            if (!known.TryAdd(instance[at], at))
            {
                return Wrong(check, place.Item(at), $"Is the same as item {known[instance[at]]}.");
            }
        }

        return true;
    }
}

internal sealed class UnevaluatedItems(string name, string pointer, SchemaNode schema) : Keyword(name, pointer)
{
    public override bool Holds(SchemaCheck check, JsonData instance, Place place, DynamicScope scope, Evaluated? seen)
    {
        var holds = true;
        for (var at = 0; at < instance.Items.Length; at++)
        {
            if (!seen!.Has(at))
            {
                holds &= schema.Holds(check, instance[at], place.Item(at), scope, null);
            }
        }

        seen!.AllItems = true;
        return holds;
    }
}
