using AiTeams.WorkflowEngine.Core.Data;

namespace AiTeams.WorkflowEngine.Core.Schemas;

/// <summary>
/// A JSON Schema (draft 2020-12), compiled once and applied any number of times. It fetches nothing: what a <c>$ref</c> names must be in
/// the schema itself or among the documents given with it. Older forms that mean the same are understood: <c>definitions</c>,
/// <c>dependencies</c>, a list under <c>items</c>.
/// </summary>
public sealed class JsonSchema
{
    private readonly SchemaNode _root;
    private readonly bool _tracksEvaluated;

    internal JsonSchema(SchemaNode root, bool tracksEvaluated)
    {
        _root = root;
        _tracksEvaluated = tracksEvaluated;
    }

    /// <param name="schema">An object, or true or false.</param>
    /// <param name="documents">Other schemas by their address, for references to them.</param>
    /// <param name="checksFormats">Whether <c>format</c> is a rule. By the draft it is a remark; people mean a rule.</param>
    /// <exception cref="SchemaException">It is no schema; the exception's pointer says where.</exception>
    public static JsonSchema Compile(JsonData schema, IReadOnlyDictionary<string, JsonData>? documents = null, bool checksFormats = true) =>
        new SchemaCompiler(documents ?? new Dictionary<string, JsonData>(), checksFormats).Compile(schema);

    /// <summary>What is wrong with a value, at most so many mistakes; none when it is valid.</summary>
    /// <exception cref="SchemaException">Checking takes too long or does not come to an end.</exception>
    public IReadOnlyList<SchemaError> Validate(JsonData instance, int maxErrors = 100)
    {
        var check = new SchemaCheck(maxErrors, _tracksEvaluated);
        _root.Holds(check, instance, Place.Root, new DynamicScope(_root.Resource, null), null);
        return check.Errors;
    }

    public bool IsValid(JsonData instance) => Validate(instance, 1).Count == 0;
}

/// <summary>One rule a value does not meet.</summary>
/// <param name="Pointer">Where in the value (RFC 6901).</param>
/// <param name="Keyword">Which rule, such as <c>minLength</c>.</param>
/// <param name="SchemaPointer">Where in the schema the rule stands.</param>
public sealed record SchemaError(string Pointer, string Keyword, string Message, string SchemaPointer);

/// <summary>A schema that is none, or one that cannot be applied. The pointer is into the schema.</summary>
public sealed class SchemaException(string message, string pointer) : Exception(message)
{
    public string Pointer { get; } = pointer;
}
