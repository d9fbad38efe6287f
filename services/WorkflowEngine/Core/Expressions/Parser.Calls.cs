using AiTeams.WorkflowEngine.Core.Expressions.Library;

namespace AiTeams.WorkflowEngine.Core.Expressions;

/// <summary>Calls, written <c>function(value, …)</c> or <c>value.function(…)</c>, and the little functions some of them take.</summary>
internal sealed partial class Parser
{
    // Somebody used to JavaScript writes Math.round(x): the name in front says nothing and is dropped.
    private static readonly string[] Owners = ["Math", "JSON", "Object", "Number", "String", "Array"];

    private readonly List<string> _parameters = [];

    /// <summary>Places to keep for the parameters of <c>x => …</c>.</summary>
    public int Locals { get; private set; }

    private Syntax ReadMember(Syntax target)
    {
        var position = _token.Position;
        if (_token.Is("?.") && Peek("["))
        {
            Take();
            Take();
            var key = ReadExpression();
            Expect("]");
            return Checked(new Indexer(position, target, key));
        }

        var segment = TakeSegment();
        return !_token.Is("(") ? Checked(new Member(position, target, segment.Text))
            : target is BareName { Name: var owner } && Owners.Contains(owner) ? ReadCall(segment, target: null)
            : ReadCall(segment, target);
    }

    /// <summary>From the parenthesis on. A target is the first argument.</summary>
    private Syntax ReadCall(Token name, Syntax? target)
    {
        var function = Functions.Find(name.Text)
            ?? throw new ExpressionException(
                $"There is no function '{name.Text}'; there are {string.Join(", ", Functions.Names)}.", name.Position);
        Expect("(");
        var arguments = new List<Syntax>();
        if (target is not null)
        {
            arguments.Add(target);
        }

        for (var isFirst = true; !Accept(")", out _); isFirst = false)
        {
            if (!isFirst)
            {
                Expect(",");
            }

            arguments.Add(arguments.Count == function.PerItem ? ReadItemFunction(function) : ReadExpression());
        }

        CheckCount(name, function, arguments.Count);
        if (function.Pattern < arguments.Count && arguments[function.Pattern] is Literal { Value.Text: { } pattern } literal)
        {
            arguments[function.Pattern] = new PatternLiteral(literal.Position, pattern, Pattern.Compile(pattern, literal.Position));
        }

        return Checked(new Call(name.Position, function, arguments.ToArray()));
    }

    private static void CheckCount(Token name, Function function, int count)
    {
        if (count < function.MinArguments || count > function.MaxArguments)
        {
            var allowed = function.MaxArguments == Function.Any ? $"at least {function.MinArguments}"
                : function.MinArguments == function.MaxArguments ? $"{function.MinArguments}"
                : $"{function.MinArguments} to {function.MaxArguments}";
            throw new ExpressionException($"'{name.Text}' takes {allowed} arguments, not {count}.", name.Position);
        }
    }

    /// <summary><c>x => …</c>, <c>(x, index) => …</c>, or an expression over <c>item</c>, or a text that is a path into the item.</summary>
    private Syntax ReadItemFunction(Function function)
    {
        var position = _token.Position;
        if (ReadParameters() is not { } names)
        {
            var plain = ReadExpression();
            return !function.NeedsParameters ? plain : throw new ExpressionException(
                $"'{function.Name}' needs a function such as (sum, item) => sum + item.", position);
        }

        var outer = _parameters.Count;
        _parameters.AddRange(names);
        Locals = Math.Max(Locals, _parameters.Count);
        var body = ReadExpression();
        _parameters.RemoveRange(outer, names.Count);
        return Checked(new ItemFunction(position, outer, names.Count, body));
    }

    /// <summary>The names in front of an arrow; null, and nothing read, when there is no arrow.</summary>
    private List<string>? ReadParameters()
    {
        var (token, position) = (_token, _tokens.Position);
        var names = new List<string>();
        if (Accept("(", out _))
        {
            while (_token.Kind == TokenKind.Name && names.Count < 3)
            {
                names.Add(Take().Text);
                if (!Accept(",", out _))
                {
                    break;
                }
            }

            if (Accept(")", out _) && Accept("=>", out _))
            {
                return names;
            }
        }
        else if (_token.Kind == TokenKind.Name)
        {
            names.Add(Take().Text);
            if (Accept("=>", out _))
            {
                return names;
            }
        }

        (_token, _tokens.Position) = (token, position);
        return null;
    }

    private int? SlotOf(string name) => _parameters.LastIndexOf(name) is >= 0 and var slot ? slot : null;

    private bool Peek(string symbol)
    {
        var position = _tokens.Position;
        var next = _tokens.Next();
        _tokens.Position = position;
        return next.Is(symbol);
    }
}
