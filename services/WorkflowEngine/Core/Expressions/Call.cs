using AiTeams.WorkflowEngine.Core.Data;
using AiTeams.WorkflowEngine.Core.Expressions.Library;

namespace AiTeams.WorkflowEngine.Core.Expressions;

internal sealed class Call(int position, Function function, Syntax[] arguments) : Syntax(position, Above(arguments))
{
    protected override JsonData Compute(Evaluation evaluation) => function.Invoke(new Arguments(arguments, evaluation, Position));
}

/// <summary>The arguments of one call, evaluated when asked for: <c>if</c>, <c>and</c>, <c>or</c> do not need them all.</summary>
internal readonly struct Arguments(Syntax[] syntax, Evaluation evaluation, int position)
{
    public int Count => syntax.Length;

    public int Position => position;

    public Evaluation Evaluation => evaluation;

    /// <summary>Missing when there are fewer.</summary>
    public JsonData this[int index] => index < syntax.Length ? syntax[index].Evaluate(evaluation) : default;

    public bool Has(int index) => index < syntax.Length;

    /// <summary>The argument as text, null as the empty text.</summary>
    public string Text(int index) => evaluation.Display(this[index], position);

    /// <summary>The argument as text, or what is usual where there is none.</summary>
    public string Text(int index, string usual)
    {
        var value = this[index];
        return value.IsNull ? usual : evaluation.Display(value, position);
    }

    /// <summary>The argument as a whole number between two bounds, or what is usual where there is none.</summary>
    public int Whole(int index, int usual, int min = int.MinValue, int max = int.MaxValue) =>
        Values.TryNumber(this[index], out var number) ? (int)Math.Clamp(Math.Truncate(number), min, max) : usual;

    /// <summary>What the argument gives for one item: as a function of it, as an expression over it, or as a path into it.</summary>
    public JsonData ForItem(int index, JsonData item, int place) => syntax[index] switch
    {
        ItemFunction function => function.Invoke(evaluation, item, place),
        Literal { Value.Text: { } path } => ItemPath(item, path),
        var plain => Over(plain, item, place),
    };

    /// <summary>The same for the function of <c>reduce</c>, which is given what came of the items before.</summary>
    public JsonData ForItem(int index, JsonData before, JsonData item, int place) =>
        ((ItemFunction)syntax[index]).Invoke(evaluation, before, item, place);

    /// <summary>The pattern, compiled ahead of time when it stands in the expression literally.</summary>
    public Pattern Pattern(int index) =>
        (syntax[index] as PatternLiteral)?.Pattern ?? Expressions.Pattern.Compile(Text(index), position, evaluation);

    public JsonData List(List<JsonData> items) => evaluation.List(items, position);

    /// <summary>Whether the argument stands there as one of these texts.</summary>
    public bool IsLiteral(int index, params ReadOnlySpan<string> texts) =>
        syntax[index] is Literal { Value.Text: { } text } && texts.Contains(text);

    private JsonData ItemPath(JsonData item, string path)
    {
        evaluation.Spend(position);
        return Values.Path(item, path);
    }

    private JsonData Over(Syntax plain, JsonData item, int place)
    {
        var (outer, outerPlace) = (evaluation.Item, evaluation.Index);
        (evaluation.Item, evaluation.Index) = (item.IsMissing ? JsonData.Null : item, place);
        var value = plain.Evaluate(evaluation);
        (evaluation.Item, evaluation.Index) = (outer, outerPlace);
        return value;
    }
}

/// <summary>A parameter of a function under way.</summary>
internal sealed class Local(int position, int slot) : Syntax(position, 1)
{
    protected override JsonData Compute(Evaluation evaluation) => evaluation.Local(slot);
}

/// <summary><c>x => …</c>: only ever the argument of a function over a list, so it is called and never a value.</summary>
internal sealed class ItemFunction(int position, int slot, int parameters, Syntax body) : Syntax(position, Above(body))
{
    public JsonData Invoke(Evaluation evaluation, params ReadOnlySpan<JsonData> values)
    {
        for (var at = 0; at < Math.Min(parameters, values.Length); at++)
        {
            evaluation.Local(slot + at) = values[at];
        }

        return body.Evaluate(evaluation);
    }

    protected override JsonData Compute(Evaluation evaluation) =>
        throw new ExpressionException("A function stands only where a list function asks for one.", Position);
}

/// <summary>A text literal in the place of a regular expression: compiled with the expression.</summary>
internal sealed class PatternLiteral(int position, string text, Pattern pattern) : Syntax(position, 1)
{
    public Pattern Pattern => pattern;

    protected override JsonData Compute(Evaluation evaluation) => text;
}
