using AiTeams.WorkflowEngine.Core.Data;

namespace AiTeams.WorkflowEngine.Core.Schemas;

/// <summary>
/// Finds every schema in a document and what each is called (address, anchor, pointer), then builds their rules. Only where the draft
/// says a schema stands is one looked for: an <c>$id</c> inside a <c>const</c> or an unknown keyword names nothing.
/// </summary>
internal sealed class SchemaCompiler(IReadOnlyDictionary<string, JsonData> documents, bool checksFormats)
{
    // What a schema without an address of its own is resolved against.
    private const string NoAddress = "schema:///";
    private const int MaxDepth = 200;
    private const int MaxNodes = 20_000;

    private static readonly HashSet<string> Single =
    [
        "additionalProperties", "propertyNames", "contains", "not", "if", "then", "else", "unevaluatedItems", "unevaluatedProperties", "items",
        "additionalItems", "contentSchema",
    ];

    private static readonly HashSet<string> Lists = ["allOf", "anyOf", "oneOf", "prefixItems", "items"];

    private static readonly HashSet<string> Maps = ["properties", "patternProperties", "dependentSchemas", "$defs", "definitions", "dependencies"];

    private readonly Dictionary<string, SchemaResource> _resources = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SchemaNode> _nodes = new(StringComparer.Ordinal);
    /// <summary>The document each address is found in.</summary>
    private readonly Dictionary<string, SchemaResource> _documents = new(StringComparer.Ordinal);
    private readonly Queue<SchemaNode> _unbuilt = [];

    public bool ChecksFormats => checksFormats;

    public JsonSchema Compile(JsonData schema)
    {
        var root = Index(schema, NoAddress);
        var tracks = false;
        while (_unbuilt.TryDequeue(out var node))
        {
            node.Keywords = new KeywordReader(this, node).Read();
            tracks |= node.Keywords.Any(keyword => keyword is UnevaluatedProperties or UnevaluatedItems);
        }

        return new(root, tracks);
    }

    /// <summary>The schema below another, as <c>properties</c>, <c>name</c>.</summary>
    public SchemaNode Child(SchemaNode parent, params ReadOnlySpan<string> path)
    {
        var pointer = parent.Pointer;
        foreach (var step in path)
        {
            pointer = Data.Pointer.Append(pointer, step);
        }

        return _nodes[Key(DocumentOf(parent.Resource), pointer)];
    }

    /// <exception cref="SchemaException">There is no such schema.</exception>
    public SchemaNode Resolve(SchemaNode from, string reference, string pointer)
    {
        var target = Absolute(from.Resource.Uri, reference);
        var hash = target.IndexOf('#', StringComparison.Ordinal);
        var (uri, fragment) = hash < 0 ? (target, "") : (target[..hash], Uri.UnescapeDataString(target[(hash + 1)..]));
        if (!_resources.TryGetValue(uri, out var resource))
        {
            if (!documents.TryGetValue(uri, out var document))
            {
                throw new SchemaException($"There is no schema '{reference}' here, and none is fetched from elsewhere.", pointer);
            }

            Index(document, uri);
            resource = _resources[uri];
        }

        return fragment.Length == 0 || fragment[0] == '/' ? AtPointer(resource, fragment, reference, pointer)
            : resource.Anchors.TryGetValue(fragment, out var anchored) ? anchored
            : throw new SchemaException($"There is no anchor '{fragment}'.", pointer);
    }

    private SchemaNode AtPointer(SchemaResource resource, string fragment, string reference, string pointer)
    {
        var full = resource.Pointer + fragment;
        if (_nodes.TryGetValue(Key(DocumentOf(resource), full), out var node))
        {
            return node;
        }

        // A pointer may lead where no keyword of the draft puts a schema.
        var value = resource.Root;
        foreach (var step in fragment.Split('/').Skip(1))
        {
            var name = step.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            value = value.IsArray && int.TryParse(name, System.Globalization.CultureInfo.InvariantCulture, out var index) ? value[index] : value[name];
        }

        return value.IsObject || value.IsBoolean
            ? Walk(value, full, resource, DocumentOf(resource), 0)
            : throw new SchemaException($"'{reference}' leads nowhere.", pointer);
    }

    private SchemaNode Index(JsonData schema, string uri)
    {
        var resource = new SchemaResource(uri, schema, "");
        _resources[uri] = resource;
        return Walk(schema, "", resource, resource, 0);
    }

    private SchemaNode Walk(JsonData schema, string pointer, SchemaResource resource, SchemaResource document, int depth)
    {
        if (!schema.IsObject && !schema.IsBoolean)
        {
            throw new SchemaException($"A schema is an object, true or false, not {JsonKinds.Describe(schema)}.", pointer);
        }

        if (depth > MaxDepth || _nodes.Count > MaxNodes)
        {
            throw new SchemaException($"The schema is too deep or too large; there may be {MaxNodes} schemas, {MaxDepth} inside one another.", pointer);
        }

        if (schema["$id"].Text is { } id && id.TrimEnd('#') is { Length: > 0 } address && !address.StartsWith('#'))
        {
            var uri = Absolute(resource.Uri, address);
            resource = _resources[uri] = pointer.Length == 0 ? Renamed(document, uri, schema) : new SchemaResource(uri, schema, pointer);
            document = pointer.Length == 0 ? resource : document;
            _documents[uri] = document;
        }

        var node = new SchemaNode(schema, pointer, resource);
        _nodes[Key(document, pointer)] = node;
        _unbuilt.Enqueue(node);
        if (schema["$anchor"].Text is { } anchor)
        {
            resource.Anchors[anchor] = node;
        }

        if (schema["$dynamicAnchor"].Text is { } dynamic)
        {
            resource.Anchors[dynamic] = node;
            resource.DynamicAnchors[dynamic] = node;
        }

        foreach (var (name, value) in schema.Fields.ToArray())
        {
            WalkInside(name, value, Data.Pointer.Append(pointer, name), resource, document, depth + 1);
        }

        return node;
    }

    private void WalkInside(string name, JsonData value, string pointer, SchemaResource resource, SchemaResource document, int depth)
    {
        if (value.IsArray && Lists.Contains(name))
        {
            for (var at = 0; at < value.Count; at++)
            {
                Walk(value[at], Data.Pointer.Append(pointer, at), resource, document, depth);
            }
        }
        else if (Single.Contains(name))
        {
            Walk(value, pointer, resource, document, depth);
        }
        else if (Maps.Contains(name))
        {
            foreach (var (key, inner) in value.Fields.ToArray())
            {
                // The older dependencies may be a list of names as well.
                if (name != "dependencies" || !inner.IsArray)
                {
                    Walk(inner, Data.Pointer.Append(pointer, key), resource, document, depth);
                }
            }
        }
    }

    private SchemaResource Renamed(SchemaResource document, string uri, JsonData schema)
    {
        var renamed = new SchemaResource(uri, schema, "");
        // It answers to the address it was found at too.
        _resources[document.Uri] = renamed;
        return renamed;
    }

    private SchemaResource DocumentOf(SchemaResource resource) => _documents.GetValueOrDefault(resource.Uri, resource);

    private static string Key(SchemaResource document, string pointer) => $"{document.Uri}#{pointer}";

    private static string Absolute(string uri, string reference)
    {
        if (reference.Length == 0 || reference[0] == '#')
        {
            return uri + reference;
        }

        var hash = reference.IndexOf('#', StringComparison.Ordinal);
        var (path, fragment) = hash < 0 ? (reference, "") : (reference[..hash], reference[hash..]);
        return Uri.TryCreate(path, UriKind.Absolute, out _) && path.Contains(':', StringComparison.Ordinal) ? reference
            : Uri.TryCreate(uri, UriKind.Absolute, out var at) && Uri.TryCreate(at, path, out var joined) ? joined.AbsoluteUri + fragment
            : reference;
    }
}
