using AiTeams.WorkflowEngine.Core.Data;

namespace AiTeams.WorkflowEngine.Core.Expressions;

/// <summary>A compiled expression's tree. Each node evaluates itself and charges the evaluation one step.</summary>
internal abstract class Syntax(int position, int height)
{
    public int Position { get; } = position;

    /// <summary>Levels of the tree from here down.</summary>
    public int Height { get; } = height;

    public JsonData Evaluate(Evaluation evaluation)
    {
        evaluation.Spend(Position);
        return Compute(evaluation);
    }

    protected abstract JsonData Compute(Evaluation evaluation);

    protected static int Above(params ReadOnlySpan<Syntax> children)
    {
        var height = 0;
        foreach (var child in children)
        {
            height = Math.Max(height, child.Height);
        }

        return height + 1;
    }
}

internal sealed class Literal(int position, JsonData value) : Syntax(position, 1)
{
    public JsonData Value => value;

    protected override JsonData Compute(Evaluation evaluation) => value;
}

internal sealed class Member(int position, Syntax target, string name) : Syntax(position, Above(target))
{
    protected override JsonData Compute(Evaluation evaluation) => Values.Step(target.Evaluate(evaluation), name);
}

internal sealed class Indexer(int position, Syntax target, Syntax key) : Syntax(position, Above(target, key))
{
    protected override JsonData Compute(Evaluation evaluation)
    {
        var container = target.Evaluate(evaluation);
        var at = key.Evaluate(evaluation);
        if (at.TryGetInteger(out var index))
        {
            return container.IsArray && index is > int.MinValue and < int.MaxValue
                ? Values.Item(container, (int)index)
                : Values.Step(container, at.ToDisplayText());
        }

        return at.Text is { } name ? Values.Step(container, name) : default;
    }
}

/// <summary><c>??</c>: the left side unless it is null or missing; the right side is evaluated only then.</summary>
internal sealed class Otherwise(int position, Syntax left, Syntax right) : Syntax(position, Above(left, right))
{
    protected override JsonData Compute(Evaluation evaluation)
    {
        var value = left.Evaluate(evaluation);
        return value.IsNull ? right.Evaluate(evaluation) : value;
    }
}

internal sealed class Negation(int position, Syntax operand) : Syntax(position, Above(operand))
{
    protected override JsonData Compute(Evaluation evaluation)
    {
        var value = operand.Evaluate(evaluation);
        return value.TryGetInteger(out var integer) && integer != long.MinValue ? -integer
            : Values.TryNumber(value, out var number) ? -number
            : JsonData.Null;
    }
}

internal sealed class Not(int position, Syntax operand) : Syntax(position, Above(operand))
{
    protected override JsonData Compute(Evaluation evaluation) => !Values.IsTruthy(operand.Evaluate(evaluation));
}

/// <summary><c>&amp;&amp;</c> and <c>||</c>: the side that decided, as it is; the right side is evaluated only when it matters.</summary>
internal sealed class Logic(int position, bool isOr, Syntax left, Syntax right) : Syntax(position, Above(left, right))
{
    protected override JsonData Compute(Evaluation evaluation)
    {
        var value = left.Evaluate(evaluation);
        return Values.IsTruthy(value) == isOr ? value : right.Evaluate(evaluation);
    }
}

internal sealed class Conditional(int position, Syntax condition, Syntax whenTrue, Syntax whenFalse)
    : Syntax(position, Above(condition, whenTrue, whenFalse))
{
    protected override JsonData Compute(Evaluation evaluation) =>
        Values.IsTruthy(condition.Evaluate(evaluation)) ? whenTrue.Evaluate(evaluation) : whenFalse.Evaluate(evaluation);
}

internal sealed class ListLiteral(int position, Syntax[] items) : Syntax(position, Above(items))
{
    protected override JsonData Compute(Evaluation evaluation)
    {
        var values = new JsonData[items.Length];
        for (var at = 0; at < items.Length; at++)
        {
            var value = items[at].Evaluate(evaluation);
            values[at] = value.IsMissing ? JsonData.Null : value;
        }

        return evaluation.List(values, Position);
    }
}

internal sealed class ObjectLiteral(int position, (string Name, Syntax Value)[] fields)
    : Syntax(position, Above(fields.Select(field => field.Value).ToArray()))
{
    protected override JsonData Compute(Evaluation evaluation)
    {
        var builder = new JsonObjectBuilder(fields.Length);
        foreach (var (name, syntax) in fields)
        {
            var value = syntax.Evaluate(evaluation);
            builder.Set(name, value.IsMissing ? JsonData.Null : value);
        }

        return evaluation.Object(builder, Position);
    }
}
