using AiTeams.WorkflowEngine.Core.Data;
using AiTeams.WorkflowEngine.Core.Definitions;
using AiTeams.WorkflowEngine.Core.Executions;
using AiTeams.WorkflowEngine.Core.Nodes.Formatting;

namespace AiTeams.WorkflowEngine.Core.Nodes;

/// <summary>ACTION.DATA_TRANSFORMATION: one operation over a list of items.</summary>
internal sealed class DataTransformationNode : NodeBehaviour
{
    public override object? Prepare(NodeSpec spec, JsonData configuration) =>
        Conditions.ReadAll(configuration["filter_conditions"], ConditionOptions.Default, "filter_conditions");

    public override IEnumerable<(string Parameter, string Message)> Check(JsonData configuration)
    {
        var operation = configuration["operation"].Text;
        var needed = operation switch
        {
            "map" => ["field_mapping", "transformation_script"],
            "filter" => ["filter_conditions", "transformation_script"],
            "aggregate" => ["aggregation_functions"],
            "sort" => ["sort_config"],
            "group_by" => ["group_by_fields"],
            "join" => ["join_config"],
            "pivot" => ["pivot_config"],
            "custom" => ["transformation_script"],
            _ => Array.Empty<string>(),
        };
        if (needed.Length > 0 && !Array.Exists(needed, name => !configuration[name].IsNull && !IsEmpty(configuration[name])))
        {
            yield return (needed[0], $"Operation '{operation}' needs {string.Join(" or ", needed.Select(name => $"'{name}'"))}.");
        }

        foreach (var (name, error) in Aggregation.Check(configuration["aggregation_functions"]))
        {
            yield return ($"aggregation_functions.{name}", error);
        }

        var problems = operation switch
        {
            "sort" => Sorting.Check(configuration["sort_config"]),
            "join" => Joining.Check(configuration["join_config"]),
            "pivot" => Aggregation.CheckPivot(configuration["pivot_config"]),
            _ => [],
        };
        foreach (var problem in problems)
        {
            yield return problem;
        }
    }

    public override NodeStep Begin(NodeContext node)
    {
        var configuration = node.Configuration;
        var operation = configuration["operation"].Text ?? "map";
        var items = Lists.Of(node.Data);
        if (items is null && operation != "custom")
        {
            return Lists.NoItems(node.Data);
        }

        var input = items ?? JsonData.EmptyArray;
        var result = Run(operation, node, configuration, input);
        var output = new JsonObjectBuilder(7);
        var count = result.IsArray ? result.Count : result.IsNull ? 0 : 1;
        var format = configuration["output_format"].Text ?? "json";
        output.Set("transformed_data", Written(result, format));
        output.Set("original_count", input.Count);
        output.Set("output_count", count);
        output.Set("transformation_stats", JsonData.Object(
            ("operation", operation), ("output_format", format), ("items_in", input.Count), ("items_out", count),
            ("items_removed", Math.Max(0, input.Count - count)), ("transformation_time_ms", 0)));
        output.Set("success", true);
        output.Set("error_message", JsonData.Null);
        if (configuration["preserve_metadata"].IsTrue)
        {
            output.Set("metadata", node.Inputs["metadata"]);
        }

        return NodeStep.Result(output.Build());
    }

    private static JsonData Run(string operation, NodeContext node, JsonData configuration, JsonData items) => operation switch
    {
        "filter" => Mapping.Filter(node, (Condition[])node.Node.Prepared!, items),
        "aggregate" => Aggregation.Aggregate(items, configuration["group_by_fields"], configuration["aggregation_functions"]),
        "group_by" => Aggregation.Group(items, configuration["group_by_fields"], configuration["aggregation_functions"]),
        "sort" => Sorting.Sort(items, configuration["sort_config"]),
        "join" => Joining.Join(items, configuration["join_config"], node.Inputs["join_data"]),
        "flatten" => Flattening.Flatten(items, configuration["flatten_config"]),
        "pivot" => Aggregation.Pivot(items, configuration["pivot_config"]),
        "custom" => Mapping.Custom(node),
        _ => Mapping.Map(node, items),
    };

    /// <summary>JSON as it is, a list in any case, or text.</summary>
    private static JsonData Written(JsonData value, string format) => format switch
    {
        "array" => value.IsArray ? value : JsonData.Array(value),
        "csv" => CsvText.Write(Table.Of(value)),
        "xml" => XmlText.Write(value.IsArray ? value : JsonData.Array(value)),
        _ => value,
    };

    private static bool IsEmpty(JsonData value) => value.Text?.Length == 0 || ((value.IsArray || value.IsObject) && value.Count == 0);
}
