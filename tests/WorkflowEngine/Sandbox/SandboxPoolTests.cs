using AiTeams.WorkflowEngine.Sandbox.Wire;

namespace AiTeams.WorkflowEngine.Sandbox.Tests;

public sealed class SandboxPoolTests(SandboxFixture sandbox) : IClassFixture<SandboxFixture>
{
    [Theory]
    [InlineData("return $json.a + 1", "[2]")]
    [InlineData("return items.map(item => ({ json: { b: item.json.a } }))", """[[{"b":1}]]""")]
    [InlineData("return $input.first().json.a + $input.all().length + $input.item.json.a", "[3]")]
    [InlineData("const items = $input.all(); return items.length", "[1]")]
    [InlineData("return await Promise.all([1, Promise.resolve(2)])", "[[1,2]]")]
    [InlineData("return new Date(0)", """["1970-01-01T00:00:00.000Z"]""")]
    public async Task Runs_what_users_of_code_nodes_write(string code, string expected) =>
        Assert.Equal(expected, (await sandbox.RunAsync(code)).Json);

    [Fact]
    public async Task A_time_that_is_up_before_the_code_has_begun_ends_it_all_the_same()
    {
        for (var run = 0; run < 40; run++)
        {
            var reply = await sandbox.RunAsync("for (;;) ;", milliseconds: run % 4);

            Assert.Equal(CodeOutcome.TimedOut, reply.Outcome);
            Assert.DoesNotContain("would not be interrupted", reply.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Earlier_nodes_are_at_hand_by_name()
    {
        var reply = await sandbox.RunAsync(
            "return [$node['Load order'].json.total, $('Load order').first().json.total, $vars.rate]",
            """{"node":{"Load order":{"result":{"total":7}}},"vars":{"rate":2}}""");

        Assert.Equal("[[7,7,2]]", reply.Json);
    }

    [Fact]
    public async Task For_each_item_the_code_sees_one_item_and_may_drop_it()
    {
        var reply = await sandbox.RunAsync(
            "if (item.a === 2) return; return { json: { a: $json.a * 10, at: $itemIndex } }", """{"each":true,"items":[{"a":1},{"a":2},{"a":3}]}""");

        Assert.Equal("""[[{"a":10,"at":0},{"a":30,"at":2}]]""", reply.Json);
    }

    [Theory]
    [InlineData("const a = 1\n  null.x", "TypeError: Cannot read properties of null (reading 'x')", 2, 8)]
    [InlineData("null.x", "TypeError: Cannot read properties of null (reading 'x')", 1, 6)]
    [InlineData("let a = 1\n\nlet b = ;", "SyntaxError: Unexpected token ';'", 3, 9)]
    [InlineData("throw new RangeError('too much')", "RangeError: too much", 1, 7)]
    public async Task An_error_says_what_and_where(string code, string message, int line, int column)
    {
        var reply = await sandbox.RunAsync(code);

        Assert.Equal((CodeOutcome.Threw, message, line, column), (reply.Outcome, reply.Message, reply.Line, reply.Column));
    }

    [Fact]
    public async Task What_is_logged_comes_back_in_order_and_not_without_end()
    {
        var reply = await sandbox.RunAsync("console.log('a', { b: 1 }, undefined); console.error('x'.repeat(5000)); for (let i = 0; i < 200; i++) console.info(i)");

        Assert.Equal("a {\"b\":1} undefined", reply.Console[0]);
        Assert.InRange(reply.Console[1].Length, 1000, 1001);
        Assert.Equal("… and 102 more lines", reply.Console[^1]);
        Assert.Equal(101, reply.Console.Count);
    }

    [Theory]
    [InlineData("function convert(input) { return { total: input.value } }", """[{"total":3}]""")]
    [InlineData("input => input.value * 2", """[{"converted_data":6}]""")]
    [InlineData("async (input) => ({ v: await input.data.result });", """[{"v":3}]""")]
    [InlineData("const twice = x => x * 2;\nfunction convert({ output }) { return twice(output) }", """[{"converted_data":6}]""")]
    [InlineData("const convert = input => [input.value]", """[{"converted_data":[3]}]""")]
    public async Task Converts(string code, string expected)
    {
        var reply = await sandbox.Pool.RunAsync(
            new([new(CodeForm.Convert, code, """{"value":3,"output":3,"data":{"result":3}}""")], 5000, 1000, OnlyParse: false), CancellationToken.None);

        Assert.Equal(expected, reply.Json);
    }

    [Fact]
    public async Task Several_pieces_run_in_order_and_the_first_that_throws_is_named()
    {
        var good = new CodePiece(CodeForm.Convert, "input => input.value", """{"value":1}""");
        var bad = new CodePiece(CodeForm.Convert, "input => input.value.x.y", """{"value":1}""");

        var reply = await sandbox.Pool.RunAsync(new([good, bad, good], 5000, 1000, OnlyParse: false), CancellationToken.None);

        Assert.Equal((CodeOutcome.Threw, 1), (reply.Outcome, reply.Piece));
    }

    [Fact]
    public async Task A_filter_judges_item_by_item()
    {
        var reply = await sandbox.Pool.RunAsync(
            new([new(CodeForm.Filter, "function filter(item, index) { return item > 1 && index < 2 }", "[1,2,3]")], 5000, 1000, OnlyParse: false), CancellationToken.None);

        Assert.Equal("[[false,true,false]]", reply.Json);
    }

    [Theory]
    [InlineData("while (true) {}", CodeOutcome.Completed)]
    [InlineData("return await 1", CodeOutcome.Completed)]
    [InlineData("return (", CodeOutcome.Threw)]
    [InlineData("} {", CodeOutcome.Threw)]
    public async Task Parsing_runs_nothing(string code, CodeOutcome expected)
    {
        var reply = await sandbox.Pool.RunAsync(SandboxFixture.Request(code, milliseconds: 5000) with { OnlyParse = true }, CancellationToken.None);

        Assert.Equal(expected, reply.Outcome);
    }

    [Fact]
    public async Task One_run_sees_nothing_of_another()
    {
        using var pool = SandboxFixture.NewPool(options => options.Processes = 1);
        await pool.RunAsync(SandboxFixture.Request("globalThis.mine = $json; Object.prototype.mine = 1; return 1", """{"json":"secret"}"""), CancellationToken.None);

        var other = await pool.RunAsync(SandboxFixture.Request("return [typeof mine, typeof $json, Object.prototype.mine === undefined]"), CancellationToken.None);

        Assert.Equal("""[["undefined","undefined",true]]""", other.Json);
        Assert.Single(pool.ProcessIds);
    }

    [Fact]
    public async Task More_runs_than_processes_wait_for_their_turn()
    {
        var replies = await Task.WhenAll(Enumerable.Range(0, 20).Select(n => sandbox.RunAsync($"return {n}", milliseconds: 30_000)));

        Assert.Equal(Enumerable.Range(0, 20).Select(n => $"[{n}]"), replies.Select(reply => reply.Json));
        Assert.InRange(sandbox.Pool.ProcessIds.Count, 1, 2);
    }

    [Fact]
    public async Task Too_much_input_is_not_even_run()
    {
        using var pool = SandboxFixture.NewPool(options => options.MaxInputCharacters = 100);

        var reply = await pool.RunAsync(SandboxFixture.Request(new string(' ', 200)), CancellationToken.None);

        Assert.Equal(CodeOutcome.TooMuchInput, reply.Outcome);
        Assert.Empty(pool.ProcessIds);
    }

    [Fact]
    public async Task A_caller_who_gives_up_ends_the_run()
    {
        using var pool = SandboxFixture.NewPool(options => options.Processes = 1);
        await pool.RunAsync(SandboxFixture.Request("return 1"), CancellationToken.None);
        using var given = new CancellationTokenSource();

        var run = pool.RunAsync(SandboxFixture.Request("for (;;) ;", milliseconds: 600_000), given.Token);
        await given.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        Assert.Equal("[2]", (await pool.RunAsync(SandboxFixture.Request("return 2"), CancellationToken.None)).Json);
    }
}
