using AiTeams.WorkflowEngine.Core.Data;

namespace AiTeams.WorkflowEngine.Core.Definitions;

/// <summary>Which way data goes, and in what order. What repeats and what waits is in a file of its own.</summary>
internal static partial class Specs
{
    private static NodeSpec[] Flows => [If, Filter, Sort, Merge, Switch, Split, Loop, ForEach, While, Wait, Delay, Timeout, SubWorkflow];

    private static NodeSpec If => new(NodeTypes.Flow, "IF", "Sends its data one way or the other.")
    {
        Parameters = [new("condition_expression", ParameterType.Expression, "Decides the way.") { Required = true }, .. Common],
        Inputs = PassedInputs,
        Outputs = [AnyField("data", "What came in."), new("condition_result", ParameterType.Boolean, "How it was decided.")],
        Ports = [new("true", "The condition held."), new("false", "The condition did not hold.")],
        Examples =
        [
            Example(
                "Large orders go another way", """{"condition_expression": "$input.data.amount > 1000"}""",
                """{"data": {"amount": 1500}, "condition_result": true}""", """{"data": {"amount": 1500}}""", port: "true"),
        ],
    };

    private static NodeSpec Filter => new(NodeTypes.Flow, "FILTER", "Keeps the items that meet the conditions.")
    {
        Version = "1.2.0",
        Parameters =
        [
            new("filter_mode", ParameterType.String, "include keeps matches, exclude drops them, partition hands on both.")
            {
                Required = true, Default = "include", Options = ["include", "exclude", "partition"],
            },
            new("filter_type", ParameterType.String, "How a condition without its own type is read.")
            {
                Required = true, Default = "simple_condition",
                Options =
                [
                    "simple_condition", "complex_expression", "custom_function", "regex_pattern", "range_filter", "exists_filter", "type_filter",
                    "array_contains", "fuzzy_match",
                ],
            },
            new("conditions", ParameterType.Array, "Conditions {field, operator, value}, or expressions over item; fuzzy_match has {field, value, threshold}.") { Default = JsonData.EmptyArray, PerItem = true },
            new("custom_filter_function", ParameterType.Expression, "custom_function: an expression over item that is true for what passes.") { PerItem = true },
            new("logical_operator", ParameterType.String, "How conditions combine.") { Default = "AND", Options = ["AND", "OR", "NOT"] },
            new("case_sensitive", ParameterType.Boolean, "Whether text comparisons heed case.") { Default = true },
            new("null_handling", ParameterType.String, "What becomes of an item whose field is null or absent.")
            {
                Default = "exclude", Options = ["include", "exclude", "treat_as_empty"],
            },
            new("nested_field_support", ParameterType.Boolean, "Whether dots in a field name descend.") { Default = true },
            new("max_results", ParameterType.Integer, "At most so many items pass, the first ones in order where they are sorted; -1 for all.") { Default = -1, Min = -1, Max = 1_000_000 },
            new("sort_filtered_results", ParameterType.Boolean, "Sort what passed.") { Default = false },
            new("sort_field", ParameterType.String, "Dot path to sort by.") { Default = "" },
            new("sort_order", ParameterType.String, "Direction of that sort.") { Default = "asc", Options = ["asc", "desc"] },
            new("error_handling", ParameterType.String, "What becomes of an item a condition cannot be evaluated for.")
            {
                Default = "skip_invalid", Options = ["skip_invalid", "fail_on_error", "include_with_warning"],
            },
            .. Common,
        ],
        Inputs = DataInputs,
        Outputs =
        [
            new("filtered_data", ParameterType.Array, "The items that passed."),
            new("excluded_data", ParameterType.Array, "The items that did not, with filter_mode partition."),
            new("filter_stats", ParameterType.Object, "total_input, items_passed, items_filtered, filter_time_ms."),
            new("validation_errors", ParameterType.Array, "Items that could not be judged, and why."),
        ],
        Ports =
        [
            new("result", "Everything the node gives."),
            new("passed", "The items that passed.") { Source = "filtered_data" },
            new("filtered", "The items that did not pass, when there are any.") { Source = "excluded_data", OnlyWhenNotEmpty = true },
            new("statistics", "Counts.") { Source = "filter_stats" },
        ],
        Examples =
        [
            Example(
                "Only what is open", """{"conditions": [{"field": "state", "operator": "equals", "value": "open"}]}""",
                """{"filtered_data": [{"id": 1, "state": "open"}]}""",
                """{"data": [{"id": 1, "state": "open"}, {"id": 2, "state": "closed"}]}"""),
            Example(
                "Sort the wheat from the chaff", """{"filter_mode": "partition", "conditions": ["item.score >= 0.5"]}""",
                """{"filtered_data": [{"score": 0.9}], "excluded_data": [{"score": 0.1}]}""",
                """{"data": [{"score": 0.9}, {"score": 0.1}]}"""),
        ],
    };

    private static NodeSpec Sort => new(NodeTypes.Flow, "SORT", "Puts items in order.")
    {
        Parameters =
        [
            new("sort_field", ParameterType.String, "Dot path of the value to sort by.") { Required = true },
            new("order", ParameterType.String, "Direction.") { Default = "asc", Options = ["asc", "desc"] },
            .. Common,
        ],
        Inputs = DataInputs,
        Outputs =
        [
            new("sorted_data", ParameterType.Array, "The items in order."),
            new("sort_stats", ParameterType.Object, "total_items, items_sorted, sort_time_ms, comparisons_made."),
            new("original_indices", ParameterType.Array, "Where each item stood before."),
        ],
        Examples =
        [
            Example(
                "Dearest first", """{"sort_field": "price.net", "order": "desc"}""",
                """{"sorted_data": [{"price": {"net": 9}}, {"price": {"net": 2}}], "original_indices": [1, 0]}""",
                """{"data": [{"price": {"net": 2}}, {"price": {"net": 9}}]}"""),
        ],
    };

    private static NodeSpec Merge => new(NodeTypes.Flow, "MERGE", "Waits for all live branches and joins what they bring.")
    {
        Parameters =
        [
            new("merge_strategy", ParameterType.String, "concatenate keeps everything, union removes what is the same.")
            {
                Required = true, Default = "concatenate", Options = ["concatenate", "union"],
            },
            new("merge_key", ParameterType.String, "Dot path that tells items apart; the whole item when empty.") { Default = "" },
            new("timeout_seconds", ParameterType.Integer, "Longest wait for a branch.") { Default = 300, Min = 1, Max = 3600 },
            new("handle_duplicates", ParameterType.String, "What becomes of items with the same key.")
            {
                Default = "keep_all", Options = ["keep_all", "keep_first", "keep_last", "remove_duplicates"],
            },
            .. Common,
        ],
        Inputs = DataInputs,
        Outputs =
        [
            new("merged_data", ParameterType.Array, "The joined items."),
            new("merge_stats", ParameterType.Object, "total_inputs, items_merged, duplicates_removed, merge_time_ms."),
            new("source_mapping", ParameterType.Array, "Which items came from which node."),
        ],
        Examples =
        [
            Example(
                "The same customer once", """{"merge_strategy": "union", "merge_key": "email"}""",
                """{"merged_data": [{"email": "ada@example.org"}, {"email": "bob@example.org"}]}""",
                """{"data": [{"email": "ada@example.org"}, {"email": "bob@example.org"}, {"email": "ada@example.org"}]}"""),
        ],
    };
}
