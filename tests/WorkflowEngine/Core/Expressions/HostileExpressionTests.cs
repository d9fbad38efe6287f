using AiTeams.WorkflowEngine.Core.Expressions;

namespace AiTeams.WorkflowEngine.Core.Tests.Expressions;

/// <summary>Whatever somebody writes, the answer is a value or an <see cref="ExpressionException"/>, soon, and on a small stack.</summary>
public sealed class HostileExpressionTests
{
    private static readonly ExpressionScope Scope = new()
    {
        Json = JsonData.Parse($$"""{"text":"{{new string('a', 50_000)}}","pattern":"^(a+)+$","list":[{{string.Join(',', Enumerable.Range(0, 5000))}}]}"""),
    };

    public static TheoryData<string> Attacks => new(
        new string('(', 9000) + "1" + new string(')', 9000),
        new string('[', 9000),
        string.Concat(Enumerable.Repeat("{a:", 3000)),
        new string('!', 9999) + "1",
        new string('-', 9999) + "1",
        "1" + string.Concat(Enumerable.Repeat("+1", 4900)),
        "1" + string.Concat(Enumerable.Repeat("||1", 3000)),
        "a" + string.Concat(Enumerable.Repeat(".a", 4900)),
        "a" + string.Concat(Enumerable.Repeat("[0]", 3000)),
        string.Concat(Enumerable.Repeat("true?", 2000)) + "1",
        string.Concat(Enumerable.Repeat("len(", 2000)),
        new string('x', 20_000),
        "'" + new string('x', 20_000) + "'",
        "{{" + new string('(', 5000),
        "\0",
        "$json.__proto__.constructor",
        "constructor.constructor('return process')()",
        "$json.GetType().Assembly",
        "now().Year.GetType()",
        "this.constructor",
        "$node['../../etc/passwd']",
        "item[item[item[item]]]",
        "regex($json.text + '!', $json.pattern)",
        "regex($json.text, '(a{500}){500}')",
        "regex($json.text, '" + new string('a', 501) + "')",
        "regex('aaa', '(?<=a)a')",
        "99999999999999999999999999999999999999",
        "1e400 * 0",
        "9223372036854775807 * 9223372036854775807",
        "(0 - 9223372036854775807 - 1) / -1",
        "(0 - 9223372036854775807 - 1) % -1",
        "-(0 - 9223372036854775807 - 1)",
        "$json.list[9223372036854775807]",
        "$json.list['-1']",
        "'\\ud800' + 'x'");

    [Theory]
    [MemberData(nameof(Attacks))]
    public void An_attack_gets_a_value_or_a_refusal(string source)
    {
        OnASmallStack(() =>
        {
            try
            {
                var value = Expression.Compile(source).Evaluate(Scope);
                Assert.True(value.ToString().Length <= ExpressionLimits.MaxTextLength);
            }
            catch (ExpressionException exception)
            {
                Assert.NotEmpty(exception.Message);
            }
        });
    }

    [Fact]
    public void Text_that_doubles_itself_is_stopped()
    {
        var doubling = Enumerable.Range(0, 12).Aggregate("$json.text", (source, _) => $"({source} + {source})");

        Assert.Throws<ExpressionException>(() => Expression.Compile(doubling).Evaluate(Scope));
    }

    [Fact]
    public void Lists_that_double_themselves_are_stopped()
    {
        var doubling = Enumerable.Range(0, 8).Aggregate("$json.list", (source, _) => $"({source} + {source})");

        Assert.Throws<ExpressionException>(() => Expression.Compile(doubling).Evaluate(Scope));
    }

    [Fact]
    public void A_list_that_is_endless_as_text_does_not_become_one()
        => Assert.Throws<ExpressionException>(() => Expression.Compile("'' + [" + string.Join(',', Enumerable.Repeat("$json", 500)) + "]").Evaluate(Scope));

    [Fact]
    public void A_template_of_many_large_parts_is_stopped()
        => Assert.Throws<ExpressionException>(
            () => Template.Compile(string.Concat(Enumerable.Repeat("{{$json.text}}", 30))).Render(Scope));

    [Fact]
    public void A_pattern_that_backtracks_without_end_elsewhere_answers_here()
        => Assert.False(Expression.Compile("regex($json.text + '!', '^(a|a)*b$')").IsTrue(Scope));

    private static void OnASmallStack(Action action)
    {
        Exception? failure = null;
        var thread = new Thread(
            () =>
            {
                try
                {
                    action();
                }
                catch (Exception exception)
                {
                    failure = exception;
                }
            },
            maxStackSize: 256 * 1024);
        thread.Start();
        Assert.True(thread.Join(TimeSpan.FromSeconds(20)), "The expression does not come to an end.");
        Assert.Null(failure);
    }
}
