using AiTeams.WorkflowEngine.Core.Data;

namespace AiTeams.WorkflowEngine.Core.Expressions;

/// <summary>A JSON value whose strings may contain templates, compiled once and rendered as often as needed.</summary>
public abstract class CompiledValue
{
    private CompiledValue()
    {
    }

    /// <summary>True when rendering always gives the same value.</summary>
    public virtual bool IsConstant => false;

    public abstract JsonData Render(ExpressionScope scope);

    /// <exception cref="ExpressionException">A template does not compile; the exception's parameter names where it stands.</exception>
    public static CompiledValue Compile(JsonData value, string parameter = "")
    {
        if (value.Text is { } text)
        {
            return Template.IsTemplate(text) ? new Text(CompileTemplate(text, parameter), parameter) : new Constant(value);
        }

        if (value.IsArray)
        {
            var items = new CompiledValue[value.Count];
            for (var at = 0; at < items.Length; at++)
            {
                items[at] = Compile(value[at], $"{parameter}[{at}]");
            }

            return Array.TrueForAll(items, item => item.IsConstant) ? new Constant(value) : new List(items);
        }

        if (value.IsObject)
        {
            var fields = new List<(string, CompiledValue)>(value.Count);
            foreach (var (name, field) in value.Fields)
            {
                fields.Add((name, Compile(field, parameter.Length == 0 ? name : $"{parameter}.{name}")));
            }

            return fields.TrueForAll(field => field.Item2.IsConstant) ? new Constant(value) : new Fields(fields.ToArray());
        }

        return new Constant(value);
    }

    private static Template CompileTemplate(string text, string parameter)
    {
        try
        {
            return Template.Compile(text);
        }
        catch (ExpressionException exception)
        {
            throw exception.In(null, parameter);
        }
    }

    private sealed class Constant(JsonData value) : CompiledValue
    {
        public override bool IsConstant => true;

        public override JsonData Render(ExpressionScope scope) => value;
    }

    private sealed class Text(Template template, string parameter) : CompiledValue
    {
        public override JsonData Render(ExpressionScope scope)
        {
            try
            {
                var value = template.Render(scope);
                return value.IsMissing ? JsonData.Null : value;
            }
            catch (ExpressionException exception)
            {
                throw exception.In(null, parameter);
            }
        }
    }

    private sealed class List(CompiledValue[] items) : CompiledValue
    {
        public override JsonData Render(ExpressionScope scope) => JsonData.Adopt(Array.ConvertAll(items, item => item.Render(scope)));
    }

    private sealed class Fields((string Name, CompiledValue Value)[] fields) : CompiledValue
    {
        public override JsonData Render(ExpressionScope scope)
        {
            var builder = new JsonObjectBuilder(fields.Length);
            foreach (var (name, value) in fields)
            {
                builder.Set(name, value.Render(scope));
            }

            return builder.Build();
        }
    }
}
