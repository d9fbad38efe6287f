using AiTeams.WorkflowEngine.Core.Data;

namespace AiTeams.WorkflowEngine.Core.Schemas;

internal sealed class Required(string name, string pointer, string[] fields) : Keyword(name, pointer)
{
    public override bool Holds(SchemaCheck check, JsonData instance, Place place, DynamicScope scope, Evaluated? seen)
    {
        var holds = true;
        foreach (var field in instance.IsObject ? fields : [])
        {
            holds &= !instance[field].IsMissing || Wrong(check, place, $"'{field}' is missing.");
        }

        return holds;
    }
}

internal sealed class DependentRequired(string name, string pointer, Dictionary<string, string[]> fields) : Keyword(name, pointer)
{
    public override bool Holds(SchemaCheck check, JsonData instance, Place place, DynamicScope scope, Evaluated? seen)
    {
        var holds = true;
        foreach (var (field, needed) in fields)
        {
            foreach (var other in instance[field].IsMissing ? [] : needed)
            {
                holds &= !instance[other].IsMissing || Wrong(check, place, $"With '{field}' there must be '{other}'.");
            }
        }

        return holds;
    }
}

internal sealed class DependentSchemas(string name, string pointer, Dictionary<string, SchemaNode> schemas) : Keyword(name, pointer)
{
    public override bool Holds(SchemaCheck check, JsonData instance, Place place, DynamicScope scope, Evaluated? seen)
    {
        var holds = true;
        foreach (var (field, schema) in schemas)
        {
            holds &= instance[field].IsMissing || schema.Holds(check, instance, place, scope, seen);
        }

        return holds;
    }
}

/// <summary>The <c>dependencies</c> of older drafts: either kind under one name.</summary>
internal sealed class DependentRules(string name, string pointer, DependentRequired required, DependentSchemas schemas) : Keyword(name, pointer)
{
    public override bool Holds(SchemaCheck check, JsonData instance, Place place, DynamicScope scope, Evaluated? seen) =>
        required.Holds(check, instance, place, scope, seen) & schemas.Holds(check, instance, place, scope, seen);
}

internal sealed class Properties(string name, string pointer, Dictionary<string, SchemaNode> schemas) : Keyword(name, pointer)
{
    public override bool Holds(SchemaCheck check, JsonData instance, Place place, DynamicScope scope, Evaluated? seen)
    {
        var holds = true;
        foreach (var (field, schema) in schemas)
        {
            if (instance[field] is { IsMissing: false } value)
            {
                seen?.Add(field);
                holds &= schema.Holds(check, value, place.Field(field), scope, null);
            }
        }

        return holds;
    }
}

internal sealed class PatternProperties(string name, string pointer, (SchemaPattern Pattern, SchemaNode Schema)[] schemas) : Keyword(name, pointer)
{
    public override bool Holds(SchemaCheck check, JsonData instance, Place place, DynamicScope scope, Evaluated? seen)
    {
        var holds = true;
        foreach (var (field, value) in instance.Fields.ToArray())
        {
            foreach (var (pattern, schema) in schemas)
            {
                if (pattern.IsMatch(field, check, Pointer))
                {
                    seen?.Add(field);
                    holds &= schema.Holds(check, value, place.Field(field), scope, null);
                }
            }
        }

        return holds;
    }
}

internal sealed class AdditionalProperties(string name, string pointer, HashSet<string> fields, SchemaPattern[] patterns, SchemaNode schema)
    : Keyword(name, pointer)
{
    public override bool Holds(SchemaCheck check, JsonData instance, Place place, DynamicScope scope, Evaluated? seen)
    {
        var holds = true;
        foreach (var (field, value) in instance.Fields.ToArray())
        {
            if (fields.Contains(field) || Array.Exists(patterns, pattern => pattern.IsMatch(field, check, Pointer)))
            {
                continue;
            }

            seen?.Add(field);
            holds &= schema.Source.IsFalse
                ? Wrong(check, place.Field(field), $"'{field}' is not allowed.")
                : schema.Holds(check, value, place.Field(field), scope, null);
        }

        return holds;
    }
}

internal sealed class PropertyNames(string name, string pointer, SchemaNode schema) : Keyword(name, pointer)
{
    public override bool Holds(SchemaCheck check, JsonData instance, Place place, DynamicScope scope, Evaluated? seen)
    {
        var holds = true;
        foreach (var (field, _) in instance.Fields.ToArray())
        {
            holds &= check.Quietly(schema, field, place, scope, null) || Wrong(check, place.Field(field), $"'{field}' is not a name that is allowed.");
        }

        return holds;
    }
}

internal sealed class UnevaluatedProperties(string name, string pointer, SchemaNode schema) : Keyword(name, pointer)
{
    public override bool Holds(SchemaCheck check, JsonData instance, Place place, DynamicScope scope, Evaluated? seen)
    {
        var holds = true;
        foreach (var (field, value) in instance.Fields.ToArray())
        {
            if (!seen!.Has(field))
            {
                holds &= schema.Source.IsFalse
                    ? Wrong(check, place.Field(field), $"'{field}' is not allowed.")
                    : schema.Holds(check, value, place.Field(field), scope, null);
            }
        }

        seen!.AllFields = true;
        return holds;
    }
}
