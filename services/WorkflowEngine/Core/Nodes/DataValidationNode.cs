using AiTeams.WorkflowEngine.Core.Data;
using AiTeams.WorkflowEngine.Core.Definitions;
using AiTeams.WorkflowEngine.Core.Executions;
using AiTeams.WorkflowEngine.Core.Expressions;
using AiTeams.WorkflowEngine.Core.Schemas;

namespace AiTeams.WorkflowEngine.Core.Nodes;

/// <summary>
/// ACTION.DATA_VALIDATION: what arrived, or each item of it, against a JSON Schema. What is valid goes on by the port <c>valid</c>, what is
/// not by <c>invalid</c> with its errors; <c>result</c> has both.
/// </summary>
internal sealed class DataValidationNode : NodeBehaviour
{
    private const int Mentioned = 3;

    /// <summary>The schema compiled, unless it has to be rendered first.</summary>
    public override object? Prepare(NodeSpec spec, JsonData configuration) =>
        configuration["schema"] is { IsNull: false } schema && CompiledValue.Compile(schema, "schema").IsConstant && !HasPlaceholder(schema)
            ? Compile(schema, configuration)
            : null;

    public override NodeStep Begin(NodeContext node)
    {
        var configuration = node.Configuration;
        var given = configuration["schema"].IsNull ? node.Inputs["schema"] : configuration["schema"];
        if (given.IsNull)
        {
            return new NodeStep.Failed(new("invalid_parameter", "There is no schema: neither the configuration nor the input 'schema' has one."));
        }

        var schema = (JsonSchema?)node.Node.Prepared ?? Compile(given, configuration);
        var data = Values.Path(node.Data, configuration["path"].Text ?? "");
        data = data.IsMissing ? JsonData.Null : data;
        try
        {
            return configuration["mode"].Text == "each_item" ? EachItem(schema, data, configuration) : Whole(schema, data, configuration);
        }
        catch (SchemaException exception)
        {
            return new NodeStep.Failed(new("invalid_schema", $"{exception.Message} (schema{exception.Pointer})"));
        }
    }

    private static NodeStep Whole(JsonSchema schema, JsonData data, JsonData configuration)
    {
        var errors = schema.Validate(data, MaxErrors(configuration)).Select(error => Describe(error)).ToArray();
        var isValid = errors.Length == 0;
        return End(
            configuration, data, isValid ? data : JsonData.Null,
            isValid ? JsonData.Null : JsonData.Object(("data", data), ("errors", JsonData.Array(errors))), errors, 1, isValid ? 1 : 0);
    }

    private static NodeStep EachItem(JsonSchema schema, JsonData data, JsonData configuration)
    {
        if (Lists.Of(data) is not { } items)
        {
            return Lists.NoItems(data);
        }

        var (valid, invalid, all) = (new List<JsonData>(), new List<JsonData>(), new List<JsonData>());
        var most = MaxErrors(configuration);
        for (var at = 0; at < items.Count; at++)
        {
            var index = at;
            var errors = schema.Validate(items[at], most).Select(error => Describe(error, index)).ToArray();
            if (errors.Length == 0)
            {
                valid.Add(items[at]);
                continue;
            }

            invalid.Add(JsonData.Object(("index", at), ("item", items[at]), ("errors", JsonData.Array(errors))));
            all.AddRange(errors.Take(most - all.Count));
        }

        return End(
            configuration, items, valid.Count == 0 ? JsonData.Null : JsonData.Array(valid), invalid.Count == 0 ? JsonData.Null : JsonData.Array(invalid),
            all.ToArray(), items.Count, valid.Count);
    }

    private static NodeStep End(JsonData configuration, JsonData data, JsonData valid, JsonData invalid, JsonData[] errors, int total, int passed)
    {
        var output = JsonData.Object(
            ("valid", total == passed),
            ("data", data),
            ("valid_data", valid),
            ("invalid_data", invalid),
            ("errors", JsonData.Array(errors)),
            ("error_count", errors.Length),
            ("validation_stats", JsonData.Object(("total", total), ("valid", passed), ("invalid", total - passed))));
        if (total == passed || configuration["on_invalid"].Text != "fail")
        {
            return NodeStep.Result(output);
        }

        var mentioned = string.Join(" ", errors.Take(Mentioned).Select(error => $"{error["pointer"].Text}: {error["message"].Text}"));
        return new NodeStep.Failed(
            new("validation_failed", $"The data is not valid. {mentioned}", IsRetryable: false, JsonData.Object(("errors", JsonData.Array(errors)))));
    }

    private static JsonData Describe(SchemaError error, int? index = null)
    {
        var described = new JsonObjectBuilder(5);
        described.Set("pointer", index is { } at ? Pointer.Append("", at) + error.Pointer : error.Pointer);
        described.Set("keyword", error.Keyword);
        described.Set("message", error.Message);
        described.Set("schema_pointer", error.SchemaPointer);
        return described.Build();
    }

    private static int MaxErrors(JsonData configuration) => configuration["max_errors"].TryGetInteger(out var most) ? (int)Math.Clamp(most, 1, 1000) : 100;

    private static JsonSchema Compile(JsonData schema, JsonData configuration)
    {
        try
        {
            // A whole schema may come as text from a variable or a file.
            return JsonSchema.Compile(
                schema.Text is { } text && JsonData.TryParse(text) is { IsMissing: false } parsed ? parsed : schema, checksFormats: !configuration["check_formats"].IsFalse);
        }
        catch (SchemaException exception)
        {
            throw new ExpressionException(exception.Message, 0) { Parameter = $"schema{exception.Pointer}" };
        }
    }

    private static bool HasPlaceholder(JsonData value) => Template.HasPlaceholder(value.ToString());
}
