using AiTeams.WorkflowEngine.Core.Data;
using AiTeams.WorkflowEngine.Core.Definitions;
using AiTeams.WorkflowEngine.Core.Executions;
using AiTeams.WorkflowEngine.Core.Expressions;

namespace AiTeams.WorkflowEngine.Core.Nodes;

/// <summary>FLOW.FILTER parts a list in what passes and what does not.</summary>
internal sealed class FilterNode : NodeBehaviour
{
    private const int MaxReported = 100;

    public override object Prepare(NodeSpec spec, JsonData configuration) => Conditions.ReadAll(
        configuration["conditions"],
        new ConditionOptions(
            configuration["filter_type"].Text ?? "simple_condition",
            configuration["case_sensitive"].IsFalse,
            configuration["null_handling"].Text ?? "exclude",
            !configuration["nested_field_support"].IsFalse),
        "conditions");

    public override IEnumerable<(string Parameter, string Message)> Check(JsonData configuration)
    {
        var isCustom = configuration["filter_type"].Text == "custom_function";
        if (isCustom && configuration["custom_filter_function"].Text is not { Length: > 0 })
        {
            yield return ("custom_filter_function", "filter_type 'custom_function' needs 'custom_filter_function', an expression over item.");
        }

        if (!isCustom && configuration["conditions"].IsArray && configuration["conditions"].Count == 0)
        {
            yield return ("conditions", "There is no condition.");
        }

        if (!isCustom && configuration["conditions"].IsNull)
        {
            yield return ("conditions", "'conditions' is required.");
        }
    }

    public override NodeStep Begin(NodeContext node)
    {
        if (Lists.Of(node.Data) is not { } items)
        {
            return Lists.NoItems(node.Data);
        }

        var configuration = node.Configuration;
        var conditions = (Condition[])node.Node.Prepared!;
        if (configuration["filter_type"].Text == "custom_function" && node.Node.Expressions.TryGetValue("custom_filter_function", out var custom))
        {
            conditions = [.. conditions, new ExpressionCondition(custom)];
        }

        var judge = new Judge(conditions, configuration["logical_operator"].Text ?? "AND", node.ItemScopes());
        var wanted = configuration["filter_mode"].Text != "exclude";
        var handling = configuration["error_handling"].Text;
        var limit = configuration["max_results"].TryGetInteger(out var max) && max >= 0 ? max : long.MaxValue;

        var isSorted = configuration["sort_filtered_results"].IsTrue;

        var passed = new List<JsonData>();
        var excluded = new List<JsonData>();
        var errors = new List<JsonData>();
        for (var at = 0; at < items.Count; at++)
        {
            var passes = judge.Decide(items[at], at) is { } holds ? holds == wanted : handling == "include_with_warning";
            if (judge.Error is { } error)
            {
                if (handling == "fail_on_error")
                {
                    return new NodeStep.Failed(new("invalid_item", $"Item {at}: {error}"));
                }

                if (errors.Count < MaxReported)
                {
                    errors.Add(JsonData.Object(("index", at), ("message", error)));
                }
            }

            (passes && (passed.Count < limit || isSorted) ? passed : excluded).Add(items[at]);
        }

        if (isSorted)
        {
            // The first ones of those in order, not those that came first.
            var sorted = Ordering.Sort(JsonData.Array(passed), configuration["sort_field"].Text ?? "", configuration["sort_order"].Text == "desc").Items;
            passed = [.. sorted.Take((int)Math.Min(limit, sorted.Length))];
            excluded.AddRange(sorted.Skip(passed.Count));
        }

        return NodeStep.Result(JsonData.Object(
            ("filtered_data", JsonData.Array(passed)),
            ("excluded_data", JsonData.Array(excluded)),
            ("filter_stats", JsonData.Object(
                ("total_input", items.Count), ("items_passed", passed.Count), ("items_filtered", excluded.Count), ("filter_time_ms", 0))),
            ("validation_errors", JsonData.Array(errors))));
    }

    /// <summary>Combines conditions: all (AND), any (OR) or none of them (NOT).</summary>
    private sealed class Judge(Condition[] conditions, string logic, ItemScopes scopes)
    {
        public string? Error { get; private set; }

        /// <summary>Null when a condition could not be evaluated for the item.</summary>
        public bool? Decide(JsonData item, int index)
        {
            Error = null;
            try
            {
                Func<JsonData, ExpressionScope> scope = element => scopes.For(element, index);
                return logic switch
                {
                    "OR" => Array.Exists(conditions, condition => condition.Holds(item, scope)),
                    "NOT" => !Array.Exists(conditions, condition => condition.Holds(item, scope)),
                    _ => Array.TrueForAll(conditions, condition => condition.Holds(item, scope)),
                };
            }
            catch (ConditionException exception)
            {
                Error = exception.Message;
            }
            catch (ExpressionException exception) when (exception is not BudgetException)
            {
                Error = exception.FullMessage;
            }

            return null;
        }
    }
}
