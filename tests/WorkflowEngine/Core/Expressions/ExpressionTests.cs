using AiTeams.WorkflowEngine.Core.Expressions;

namespace AiTeams.WorkflowEngine.Core.Tests.Expressions;

public sealed class ExpressionTests
{
    private static readonly ExpressionScope Scope = new()
    {
        Json = JsonData.Parse("""{"amount":42,"price":1.5,"name":"Ann","Tags":["a","b"],"deep":{"list":[{"x":1},{"x":2}]},"zero":0,"no":null,"big":9007199254740993}"""),
        Inputs = JsonData.Parse("""{"amount":42,"data":[1,2,3],"context":{"region":"EU"}}"""),
        Ports = JsonData.Parse("""{"true":{"data":7}}"""),
        Config = JsonData.Parse("""{"limit":10}"""),
        Trigger = JsonData.Parse("""{"type":"MANUAL","data":{"who":"Bob"}}"""),
        Vars = JsonData.Parse("""{"rate":0.2}"""),
        Now = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000),
        NodeOutputs = name => name is "Fetch" or "n1" ? JsonData.Parse("""{"result":{"status_code":200,"headers":{"content-type":"text/html"}}}""") : default,
    };

    [Theory]
    [InlineData("1 + 2 * 3", "7")]
    [InlineData("(1 + 2) * 3", "9")]
    [InlineData("10 - 4 - 3", "3")]
    [InlineData("7 / 2", "3.5")]
    [InlineData("8 / 2", "4")]
    [InlineData("7 % 4", "3")]
    [InlineData("-7 % 4", "-3")]
    [InlineData("1 / 0", "null")]
    [InlineData("--5", "5")]
    [InlineData("2 * -3", "-6")]
    [InlineData("1e3 + 0.5", "1000.5")]
    [InlineData("9223372036854775807 + 1", "9.223372036854775807E+18")]
    [InlineData("'a' + 1 + true", "\"a1true\"")]
    [InlineData("'5' * '4'", "20")]
    [InlineData("'x' * 2", "null")]
    [InlineData("[1] + [2, 3]", "[1,2,3]")]
    [InlineData("$json.big + 0", "9007199254740993")]
    public void Arithmetic(string source, string expected) => Gives(source, expected);

    [Theory]
    [InlineData("1 < 2 && 2 < 3", "true")]
    [InlineData("1 == 1 || 1 / 0 == 5", "true")]
    [InlineData("true || false && false", "true")]
    [InlineData("!(1 > 2)", "true")]
    [InlineData("!!$json.name", "true")]
    [InlineData("5 == '5'", "true")]
    [InlineData("5 === '5'", "false")]
    [InlineData("5 !== '5'", "true")]
    [InlineData("null == $json.missing", "true")]
    [InlineData("null === $json.missing", "true")]
    [InlineData("0 == null", "false")]
    [InlineData("'' == 0", "false")]
    [InlineData("true == 'true'", "false")]
    [InlineData("'b' > 'a'", "true")]
    [InlineData("'10' > 9", "true")]
    [InlineData("null > 1", "false")]
    [InlineData("null <= 1", "false")]
    [InlineData("'x' > 1", "false")]
    [InlineData("{a: 1, b: 2} == {b: 2, a: 1.0}", "true")]
    [InlineData("$json.amount > 40 ? 'high' : 'low'", "\"high\"")]
    [InlineData("false ? 1 : true ? 2 : 3", "2")]
    [InlineData("$json.name == \"a || b && (c)\" || $json.name == 'Ann'", "true")]
    public void Logic_and_comparison(string source, string expected) => Gives(source, expected);

    [Theory]
    [InlineData("$json.amount", "42")]
    [InlineData("$json.AMOUNT", "42")]
    [InlineData("$json.tags.0", "\"a\"")]
    [InlineData("$json.tags[1]", "\"b\"")]
    [InlineData("$json.tags[-1]", "\"b\"")]
    [InlineData("$json.tags.length", "2")]
    [InlineData("$json.deep.list.1.x", "2")]
    [InlineData("$json['deep']['list'][0].x", "1")]
    [InlineData("$json.nothing.at.all", "null")]
    [InlineData("$json.tags.9", "null")]
    [InlineData("$json.amount.x", "null")]
    [InlineData("$input.true.data", "7")]
    [InlineData("$input.result.amount", "42")]
    [InlineData("$input.main.amount", "42")]
    [InlineData("$input.amount", "42")]
    [InlineData("$node[\"Fetch\"].result.status_code", "200")]
    [InlineData("$node['n1'].result.headers['content-type']", "\"text/html\"")]
    [InlineData("$node.Fetch.result.status_code", "200")]
    [InlineData("nodes.Fetch.result.status_code", "200")]
    [InlineData("$node['nobody'].result", "null")]
    [InlineData("$trigger.type", "\"MANUAL\"")]
    [InlineData("$trigger.data.who", "\"Bob\"")]
    [InlineData("trigger.data.who", "\"Bob\"")]
    [InlineData("$config.limit + config.limit", "20")]
    [InlineData("100 * $vars.rate", "20")]
    [InlineData("amount", "42")]
    [InlineData("context.region", "\"EU\"")]
    [InlineData("data.1", "2")]
    [InlineData("inputs.data.length", "3")]
    [InlineData("name", "\"Ann\"")]
    public void Paths(string source, string expected) => Gives(source, expected);

    [Theory]
    [InlineData("not(true)", "false")]
    [InlineData("and(1, 'x', true)", "true")]
    [InlineData("and(1, 0, regex('a', '('+''))", "false")]
    [InlineData("or(0, '', 3)", "true")]
    [InlineData("now()", "1700000000000")]
    [InlineData("len('abc') + len([1,2]) + len({a:1}) + len(null)", "6")]
    [InlineData("contains('workflow', 'flow')", "true")]
    [InlineData("contains([1,2,3], '2')", "true")]
    [InlineData("contains({a:1}, 'a')", "true")]
    [InlineData("startswith('workflow', 'work')", "true")]
    [InlineData("endswith('workflow', 'work')", "false")]
    [InlineData("lower('ÄB') + upper('äb')", "\"äbÄB\"")]
    [InlineData("tonumber('3.5')", "3.5")]
    [InlineData("tonumber('x')", "null")]
    [InlineData("tonumber(true)", "1")]
    [InlineData("if(1 > 2, 'a', 'b')", "\"b\"")]
    [InlineData("if(false, 'a')", "null")]
    [InlineData("clamp(15, 0, 10)", "10")]
    [InlineData("clamp(-1, 0, 10)", "0")]
    [InlineData("clamp(5, 0, 10)", "5")]
    [InlineData("add(1, 2) + sub(5, 3) + mul(2, 3) + div(9, 3) + mod(7, 4)", "17")]
    [InlineData("regex('Order 66', '^order \\\\d+$', true)", "true")]
    [InlineData("regex('Order 66', '^order')", "false")]
    [InlineData("coalesce(null, $json.no, $json.zero, 1)", "0")]
    [InlineData("LEN('abc')", "3")]
    public void Functions(string source, string expected) => Gives(source, expected);

    [Theory]
    [InlineData("'it\\'s'", "\"it's\"")]
    [InlineData("\"tab\\tnew\\nline \\u0041\"", "\"tab\\tnew\\nline A\"")]
    [InlineData("[1, 'two', [true, null], {k: 'v', 'quoted key': 2}]", "[1,\"two\",[true,null],{\"k\":\"v\",\"quoted key\":2}]")]
    [InlineData("[]", "[]")]
    [InlineData("{}", "{}")]
    [InlineData("  42  ", "42")]
    [InlineData("{{ 1 + 1 }}", "2")]
    public void Literals(string source, string expected) => Gives(source, expected);

    [Theory]
    [InlineData("", 0)]
    [InlineData("1 +", 3)]
    [InlineData("(1", 2)]
    [InlineData("1 2", 2)]
    [InlineData("foo(1)", 0)]
    [InlineData("1 + foo(1)", 4)]
    [InlineData("len()", 0)]
    [InlineData("len(1, 2)", 0)]
    [InlineData("$", 0)]
    [InlineData("$env.HOME", 0)]
    [InlineData("a..b", 2)]
    [InlineData("'open", 0)]
    [InlineData("'\\q'", 1)]
    [InlineData("a = 1", 2)]
    [InlineData("a & b", 2)]
    [InlineData("3px", 1)]
    [InlineData("#", 0)]
    [InlineData("[1,,2]", 3)]
    [InlineData("{a 1}", 3)]
    [InlineData("a ? b", 5)]
    [InlineData("regex('a', '(')", 11)]
    [InlineData("regex('a', '(a)\\\\1')", 11)]
    [InlineData("{{ 1 }} + 1", 7)]
    [InlineData("{{ 1 ", 5)]
    public void What_is_no_expression_is_refused_with_its_position(string source, int position)
        => Assert.Equal(position, Assert.Throws<ExpressionException>(() => Expression.Compile(source)).Position);

    [Fact]
    public void An_unknown_function_is_told_what_there_is()
        => Assert.Contains("coalesce", Assert.Throws<ExpressionException>(() => Expression.Compile("foo(1)")).Message, StringComparison.Ordinal);

    [Fact]
    public void An_element_stands_before_the_inputs()
    {
        var scope = Scope with { Item = JsonData.Parse("""{"amount":1,"x":{"y":2}}"""), Index = 4 };

        Assert.Equal(JsonData.Parse("[1,1,2,4,42]"), Expression.Compile("[item.amount, amount, x.y, index, $json.amount]").Evaluate(scope));
    }

    private static void Gives(string source, string expected)
    {
        var value = Expression.Compile(source).Evaluate(Scope);

        Assert.Equal(JsonData.Parse(expected), value.IsMissing ? JsonData.Null : value);
    }
}
