using AiTeams.WorkflowEngine.Core.Data;

namespace AiTeams.WorkflowEngine.Core.Schemas;

/// <summary>Makes the rules of one schema. What it does not know means nothing, as the draft has it; what it knows must make sense.</summary>
internal sealed class KeywordReader(SchemaCompiler compiler, SchemaNode node)
{
    private static readonly string[] Types = ["null", "boolean", "number", "integer", "string", "array", "object"];

    private readonly List<Keyword> _keywords = [];

    public IReadOnlyList<Keyword> Read()
    {
        foreach (var (name, value) in node.Source.Fields.ToArray())
        {
            if (Make(name, value, Pointer.Append(node.Pointer, name)) is { } keyword)
            {
                _keywords.Add(keyword);
            }
        }

        // These look at what the others have not looked at.
        return _keywords.OrderBy(keyword => keyword is UnevaluatedProperties or UnevaluatedItems).ToArray();
    }

    private Keyword? Make(string name, JsonData value, string at) => name switch
    {
        "$ref" => new Reference(name, at, compiler.Resolve(node, Text(value, at), at)),
        "$dynamicRef" => DynamicReference(name, value, at),
        "type" => new TypeRule(name, at, TypeNames(value, at)),
        "enum" => value.IsArray ? new EnumRule(name, at, value.Items.ToArray()) : throw Wrong("'enum' is a list of values.", at),
        "const" => new EnumRule(name, at, [value]),
        "multipleOf" => new MultipleOf(name, at, Number(value, at, mustBePositive: true)),
        "minimum" => new Bound(name, at, Number(value, at), static (number, limit) => number >= limit, "at least"),
        "maximum" => new Bound(name, at, Number(value, at), static (number, limit) => number <= limit, "at most"),
        "exclusiveMinimum" => new Bound(name, at, Number(value, at), static (number, limit) => number > limit, "more than"),
        "exclusiveMaximum" => new Bound(name, at, Number(value, at), static (number, limit) => number < limit, "less than"),
        "minLength" or "maxLength" => new Size(name, at, Whole(value, at), SizeKind.Text),
        "minItems" or "maxItems" => new Size(name, at, Whole(value, at), SizeKind.List),
        "minProperties" or "maxProperties" => new Size(name, at, Whole(value, at), SizeKind.Fields),
        "pattern" => new PatternRule(name, at, EcmaPattern.Compile(Text(value, at), at), Text(value, at)),
        "format" when compiler.ChecksFormats && Formats.Find(Text(value, at)) is { } format => new FormatRule(name, at, Text(value, at), format),
        "uniqueItems" => value.IsTrue ? new UniqueItems(name, at) : null,
        "required" => new Required(name, at, Texts(value, at)),
        "dependentRequired" => new DependentRequired(name, at, Map(value, at, (field, place) => Texts(field, place))),
        "dependentSchemas" => new DependentSchemas(name, at, Map(value, at, (_, _, key) => compiler.Child(node, name, key))),
        "dependencies" => Dependencies(name, value, at),
        "properties" => new Properties(name, at, Map(value, at, (_, _, key) => compiler.Child(node, name, key))),
        "patternProperties" => new PatternProperties(name, at, Patterns(value, at).Select(pattern => (pattern.Pattern, compiler.Child(node, name, pattern.Text))).ToArray()),
        "additionalProperties" => new AdditionalProperties(
            name, at, node.Source["properties"].Fields.ToArray().Select(field => field.Key).ToHashSet(StringComparer.Ordinal),
            Patterns(node.Source["patternProperties"], Pointer.Append(node.Pointer, "patternProperties")).Select(pattern => pattern.Pattern).ToArray(),
            compiler.Child(node, name)),
        "propertyNames" => new PropertyNames(name, at, compiler.Child(node, name)),
        "unevaluatedProperties" => new UnevaluatedProperties(name, at, compiler.Child(node, name)),
        "prefixItems" => new PrefixItems(name, at, Children(name, value, at)),
        "items" when value.IsArray => new PrefixItems(name, at, Children(name, value, at)),
        "items" => new Items(name, at, node.Source["prefixItems"].Count, compiler.Child(node, name)),
        "additionalItems" when node.Source["items"].IsArray => new Items(name, at, node.Source["items"].Count, compiler.Child(node, name)),
        "unevaluatedItems" => new UnevaluatedItems(name, at, compiler.Child(node, name)),
        "contains" => new Contains(
            name, at, compiler.Child(node, name), Limit("minContains", 1), Limit("maxContains", int.MaxValue)),
        "allOf" => new AllOf(name, at, Children(name, value, at)),
        "anyOf" => new AnyOf(name, at, Children(name, value, at)),
        "oneOf" => new OneOf(name, at, Children(name, value, at)),
        "not" => new Not(name, at, compiler.Child(node, name)),
        "if" => new Conditional(name, at, compiler.Child(node, name), Optional("then"), Optional("else")),
        _ => null,
    };

    /// <summary>A dynamic reference is one only if it first leads to a dynamic anchor; else it is like any other.</summary>
    private Keyword DynamicReference(string name, JsonData value, string at)
    {
        var reference = Text(value, at);
        var target = compiler.Resolve(node, reference, at);
        var hash = reference.IndexOf('#', StringComparison.Ordinal);
        var anchor = hash < 0 ? "" : reference[(hash + 1)..];
        return target.Source["$dynamicAnchor"].Text is { } dynamic && dynamic == anchor
            ? new DynamicReference(name, at, target, anchor)
            : new Reference(name, at, target);
    }

    private DependentRules Dependencies(string name, JsonData value, string at) => new(
        name, at,
        new DependentRequired(name, at, Map(value, at, (field, place) => field.IsArray ? Texts(field, place) : [])),
        new DependentSchemas(name, at, value.Fields.ToArray().Where(field => !field.Value.IsArray)
            .ToDictionary(field => field.Key, field => compiler.Child(node, name, field.Key), StringComparer.Ordinal)));

    private SchemaNode? Optional(string name) => node.Source[name].IsMissing ? null : compiler.Child(node, name);

    private SchemaNode[] Children(string name, JsonData value, string at) => value is { IsArray: true, Count: > 0 } || (name is "items" && value.IsArray)
        ? Enumerable.Range(0, value.Count).Select(index => compiler.Child(node, name, index.ToString(System.Globalization.CultureInfo.InvariantCulture))).ToArray()
        : throw Wrong($"'{name}' is a list of schemas.", at);

    private int Limit(string name, int otherwise) =>
        node.Source[name] is { IsMissing: false } value ? Whole(value, Pointer.Append(node.Pointer, name)) : otherwise;

    private static (string Text, SchemaPattern Pattern)[] Patterns(JsonData value, string at) =>
        value.Fields.ToArray().Select(field => (field.Key, EcmaPattern.Compile(field.Key, Pointer.Append(at, field.Key)))).ToArray();

    private static string[] TypeNames(JsonData value, string at)
    {
        var names = value.IsArray ? Texts(value, at) : [Text(value, at)];
        return names.FirstOrDefault(name => !Types.Contains(name)) is { } unknown
            ? throw Wrong($"There is no type '{unknown}'; there are {string.Join(", ", Types)}.", at)
            : names;
    }

    private static Dictionary<string, T> Map<T>(JsonData value, string at, Func<JsonData, string, T> make) =>
        Map(value, at, (field, place, _) => make(field, place));

    private static Dictionary<string, T> Map<T>(JsonData value, string at, Func<JsonData, string, string, T> make) => value.IsObject
        ? value.Fields.ToArray().ToDictionary(field => field.Key, field => make(field.Value, Pointer.Append(at, field.Key), field.Key), StringComparer.Ordinal)
        : throw Wrong("An object was expected.", at);

    private static string Text(JsonData value, string at) => value.Text ?? throw Wrong($"A text was expected, not {JsonKinds.Describe(value)}.", at);

    private static string[] Texts(JsonData value, string at) => value.IsArray
        ? Array.ConvertAll(value.Items.ToArray(), item => Text(item, at))
        : throw Wrong("A list of texts was expected.", at);

    private static double Number(JsonData value, string at, bool mustBePositive = false) =>
        value.TryGetNumber(out var number) && (!mustBePositive || number > 0) ? number : throw Wrong("A number was expected.", at);

    private static int Whole(JsonData value, string at) => value.TryGetInteger(out var whole) && whole >= 0
        ? (int)Math.Min(whole, int.MaxValue)
        : throw Wrong("A whole number, not below 0, was expected.", at);

    private static SchemaException Wrong(string message, string at) => new(message, at);
}
