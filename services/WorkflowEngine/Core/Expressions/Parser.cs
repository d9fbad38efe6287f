using System.Globalization;
using AiTeams.WorkflowEngine.Core.Data;

namespace AiTeams.WorkflowEngine.Core.Expressions;

/// <summary>
/// Recursive descent, loosest first: <c>?:</c>, <c>??</c>, <c>||</c>, <c>&amp;&amp;</c>, equality, comparison, sum, product, unary, path.
/// It reads one expression and stops behind it; what follows is the caller's business.
/// </summary>
internal sealed partial class Parser
{
    private readonly Tokenizer _tokens;
    private readonly List<string> _nodeReferences = [];
    private Token _token;
    private int _nesting;

    public Parser(string source, int start)
    {
        _tokens = new Tokenizer(source, start);
        _token = _tokens.Next();
    }

    /// <summary>The first token that is not part of the expression.</summary>
    public Token Rest => _token;

    /// <summary>Nodes the expression names literally.</summary>
    public IReadOnlyList<string> NodeReferences => _nodeReferences;

    public Syntax ReadExpression()
    {
        if (++_nesting > ExpressionLimits.MaxNesting)
        {
            throw new ExpressionException($"More than {ExpressionLimits.MaxNesting} levels of nesting.", _token.Position);
        }

        var condition = ReadOtherwise();
        if (Accept("?", out var position))
        {
            var whenTrue = ReadExpression();
            Expect(":");
            condition = Checked(new Conditional(position, condition, whenTrue, ReadExpression()));
        }

        _nesting--;
        return condition;
    }

    private Syntax ReadOtherwise()
    {
        var left = ReadOr();
        while (Accept("??", out var position))
        {
            left = Checked(new Otherwise(position, left, ReadOr()));
        }

        return left;
    }

    private Syntax ReadOr()
    {
        var left = ReadAnd();
        while (Accept("||", out var position))
        {
            left = Checked(new Logic(position, isOr: true, left, ReadAnd()));
        }

        return left;
    }

    private Syntax ReadAnd()
    {
        var left = ReadLevel(0);
        while (Accept("&&", out var position))
        {
            left = Checked(new Logic(position, isOr: false, left, ReadLevel(0)));
        }

        return left;
    }

    private Syntax ReadLevel(int level)
    {
        if (level == Operators.Levels.Count)
        {
            return ReadUnary();
        }

        var left = ReadLevel(level + 1);
        while (_token.Kind == TokenKind.Symbol && Operators.Levels[level].TryGetValue(_token.Text, out var symbol))
        {
            left = Checked(new Binary(Take().Position, symbol, left, ReadLevel(level + 1)));
        }

        return left;
    }

    private Syntax ReadUnary()
    {
        // A loop, not recursion: a row of a thousand exclamation marks must not be a thousand frames.
        var signs = new Stack<Token>();
        while (_token.Is("!") || _token.Is("-"))
        {
            signs.Push(Take());
        }

        var operand = ReadPath();
        while (signs.TryPop(out var sign))
        {
            operand = Checked(sign.Text == "!" ? new Not(sign.Position, operand) : new Negation(sign.Position, operand));
        }

        return operand;
    }

    private Syntax ReadPath()
    {
        var target = ReadPrimary();
        while (true)
        {
            if (_token.Is(".") || _token.Is("?."))
            {
                target = ReadMember(target);
            }
            else if (Accept("[", out var position))
            {
                var key = ReadExpression();
                Expect("]");
                target = Checked(new Indexer(position, target, key));
            }
            else
            {
                return target;
            }
        }
    }

    private Syntax ReadPrimary()
    {
        var token = _token;
        switch (token.Kind)
        {
            case TokenKind.Number:
                Take();
                return new Literal(token.Position, ReadNumber(token));
            case TokenKind.Text:
                Take();
                return new Literal(token.Position, token.Text);
            case TokenKind.Root:
                Take();
                return ReadRoot(token);
            case TokenKind.Name:
                Take();
                return ReadName(token);
            case TokenKind.Symbol when token.Is("("):
                Take();
                var inner = ReadExpression();
                Expect(")");
                return inner;
            case TokenKind.Symbol when token.Is("["):
                Take();
                return Checked(new ListLiteral(token.Position, ReadUntil("]")));
            case TokenKind.Symbol when token.Is("{"):
                Take();
                return ReadObject(token.Position);
            case TokenKind.End:
                throw new ExpressionException("The expression ends too early.", token.Position);
            default:
                throw new ExpressionException($"Unexpected '{token.Text}'.", token.Position);
        }
    }

    private Syntax ReadRoot(Token token)
    {
        if (token.Text == "node")
        {
            return ReadNode(token.Position);
        }

        if (token.Text == "input" && _token.Is("."))
        {
            var port = TakeSegment();
            return _token.Is("(")
                ? ReadCall(port, new Root(token.Position, token.Text))
                : new PortInput(token.Position, port.Text);
        }

        return Root.IsKnown(token.Text)
            ? new Root(token.Position, token.Text)
            : throw new ExpressionException(
                $"'${token.Text}' is not known; there are {string.Join(", ", Root.Names.Select(name => "$" + name))}.", token.Position);
    }

    private NodeOutputs ReadNode(int position)
    {
        Syntax key;
        if (_token.Is("."))
        {
            var segment = TakeSegment();
            key = new Literal(segment.Position, segment.Text);
        }
        else
        {
            Expect("[");
            key = ReadExpression();
            Expect("]");
        }

        var outputs = new NodeOutputs(position, key);
        if (outputs.Key is { } name)
        {
            _nodeReferences.Add(name);
        }

        return outputs;
    }

    private Syntax ReadName(Token token)
    {
        if (_token.Is("("))
        {
            return ReadCall(token, target: null);
        }

        if (SlotOf(token.Text) is { } slot)
        {
            return new Local(token.Position, slot);
        }

        return token.Text switch
        {
            "true" => new Literal(token.Position, JsonData.True),
            "false" => new Literal(token.Position, JsonData.False),
            "null" => new Literal(token.Position, JsonData.Null),
            "nodes" when _token.Is(".") || _token.Is("[") => ReadNode(token.Position),
            _ => new BareName(token.Position, token.Text),
        };
    }

    private Syntax[] ReadUntil(string close)
    {
        var items = new List<Syntax>();
        while (!Accept(close, out _))
        {
            if (items.Count > 0)
            {
                Expect(",");
            }

            items.Add(ReadExpression());
        }

        return items.ToArray();
    }

    private Syntax ReadObject(int position)
    {
        var fields = new List<(string, Syntax)>();
        while (!Accept("}", out _))
        {
            if (fields.Count > 0)
            {
                Expect(",");
            }

            var name = _token.Kind is TokenKind.Name or TokenKind.Text or TokenKind.Number
                ? Take().Text
                : throw new ExpressionException("A field name was expected.", _token.Position);
            Expect(":");
            fields.Add((name, ReadExpression()));
        }

        return Checked(new ObjectLiteral(position, fields.ToArray()));
    }

    private static JsonData ReadNumber(Token token) =>
        long.TryParse(token.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var integer)
            ? integer
            : double.Parse(token.Text, NumberStyles.Float, CultureInfo.InvariantCulture);

    private Token TakeSegment()
    {
        var start = _token.Position + _token.Text.Length;
        var segment = _tokens.NextSegment(start)
            ?? throw new ExpressionException($"A name or a number was expected behind '{_token.Text}'.", start);
        _token = _tokens.Next();
        return segment;
    }

    private Token Take()
    {
        var token = _token;
        _token = _tokens.Next();
        return token;
    }

    private bool Accept(string symbol, out int position)
    {
        position = _token.Position;
        if (!_token.Is(symbol))
        {
            return false;
        }

        Take();
        return true;
    }

    private void Expect(string symbol)
    {
        if (!Accept(symbol, out var position))
        {
            var found = _token.Kind == TokenKind.End ? "the end" : $"'{_token.Text}'";
            throw new ExpressionException($"'{symbol}' was expected, not {found}.", position);
        }
    }

    private static Syntax Checked(Syntax syntax) => syntax.Height <= ExpressionLimits.MaxHeight
        ? syntax
        : throw new ExpressionException("The expression is too long a chain.", syntax.Position);
}
