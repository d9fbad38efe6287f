using AiTeams.WorkflowEngine.Core.Data;
using AiTeams.WorkflowEngine.Core.Expressions;

namespace AiTeams.WorkflowEngine.Core.Nodes;

/// <summary>Reads conditions as they are written in a configuration.</summary>
internal static class Conditions
{
    /// <exception cref="ExpressionException">A condition makes no sense; the exception's parameter says which.</exception>
    public static Condition[] ReadAll(JsonData list, ConditionOptions options, string parameter)
    {
        var conditions = new Condition[list.Count];
        for (var at = 0; at < conditions.Length; at++)
        {
            var place = $"{parameter}[{at}]";
            var compiled = CompiledValue.Compile(list[at], place);
            try
            {
                conditions[at] = compiled.IsConstant ? Read(list[at], options, place) : new TemplateCondition(compiled, options);
            }
            catch (ExpressionException exception)
            {
                throw exception.In(null, place);
            }
        }

        return conditions;
    }

    public static Condition Read(JsonData written, ConditionOptions options, string parameter)
    {
        if (written.Text is { } source)
        {
            return new ExpressionCondition(Expression.Compile(source));
        }

        if (!written.IsObject)
        {
            throw Wrong($"A condition is an object {{field, operator, value}} or an expression, not {JsonKinds.Describe(written)}.", parameter);
        }

        var type = written["filter_type"].Text ?? options.FilterType;
        if (written["expression"].Text is { } expression)
        {
            return new ExpressionCondition(Expression.Compile(expression));
        }

        if (type == "complex_expression")
        {
            throw Wrong("A complex_expression is a text, or an object with 'expression'.", parameter);
        }

        var field = written["field"].Text ?? written["path"].Text
            ?? throw Wrong("A condition needs 'field'.", parameter);
        if (type == "fuzzy_match")
        {
            return ReadFuzzy(written, field, options, parameter);
        }

        return new FieldCondition(field, ReadComparison(written, type, options, parameter), options);
    }

    private static FuzzyCondition ReadFuzzy(JsonData written, string field, ConditionOptions options, string parameter)
    {
        var ignoreCase = written["case_sensitive"].IsBoolean ? written["case_sensitive"].IsFalse : options.IgnoreCase;
        var threshold = written["threshold"].IsNull ? FuzzyCondition.UsualThreshold
            : written["threshold"].TryGetNumber(out var given) && given is >= 0 and <= 1 ? given
            : throw Wrong("A threshold is a number from 0 (anything) to 1 (the same).", parameter);
        return new(field, written["value"], threshold, options with { IgnoreCase = ignoreCase });
    }

    private static Comparison ReadComparison(JsonData written, string type, ConditionOptions options, string parameter)
    {
        var ignoreCase = written["case_sensitive"].IsBoolean ? written["case_sensitive"].IsFalse : options.IgnoreCase;
        var value = written["value"];
        switch (type)
        {
            case "regex_pattern":
                return Comparison.Matching((written["pattern"].IsNull ? value : written["pattern"]).ToDisplayText(), ignoreCase);
            case "range_filter":
                return Comparison.Between(
                    written["min"].IsMissing ? written["min_value"] : written["min"],
                    written["max"].IsMissing ? written["max_value"] : written["max"]);
            case "exists_filter":
                var wanted = written["exists"].IsMissing ? value : written["exists"];
                return new(true, found => found.IsNull == wanted.IsFalse);
            case "type_filter":
                var name = (written["type"].IsNull ? value : written["type"]).ToDisplayText();
                return Comparison.OfType(name)
                    ?? throw Wrong($"'{name}' is no type; there are string, number, integer, boolean, array, object, null.", parameter);
            case "array_contains":
                return new(false, found => found.IsArray
                    ? Comparison.Contains(found, value, ignoreCase)
                    : throw new ConditionException($"The field holds {JsonKinds.Describe(found)}, not an array."));
            default:
                var symbol = written["operator"].IsNull ? "equals" : written["operator"].ToDisplayText();
                return Comparison.Of(symbol, value, ignoreCase)
                    ?? throw Wrong($"There is no operator '{symbol}'; there are {string.Join(", ", Comparison.Operators)}.", parameter);
        }
    }

    private static ExpressionException Wrong(string message, string parameter) => new(message, 0) { Parameter = parameter };
}
