using AiTeams.WorkflowEngine.Core.Expressions;

namespace AiTeams.WorkflowEngine.Core.Tests.Expressions;

public sealed class TemplateTests
{
    private static readonly ExpressionScope Scope = new() { Json = JsonData.Parse("""{"n":3,"name":"Ann","list":[1],"no":null,"yes":true}""") };

    [Theory]
    [InlineData("{{$json.n}}", "3")]
    [InlineData("{{ $json.list }}", "[1]")]
    [InlineData("{{$json.no}}", "null")]
    [InlineData("{{$json.missing}}", "null")]
    [InlineData("Dear {{$json.name}}, {{$json.n}} of {{$json.list}}{{$json.no}}!", "\"Dear Ann, 3 of [1]!\"")]
    [InlineData(" {{$json.n}}", "\" 3\"")]
    [InlineData("{{ {a: {b: 1}} }}", "{\"a\":{\"b\":1}}")]
    [InlineData("{{ '}}' }}", "\"}}\"")]
    [InlineData("{{$json.yes}}/{{$json.n * 1.5}}", "\"true/4.5\"")]
    [InlineData("no braces", "\"no braces\"")]
    [InlineData("single } and { braces", "\"single } and { braces\"")]
    [InlineData("{{$placeholder}}", "\"{{$placeholder}}\"")]
    public void Renders(string source, string expected)
    {
        var value = CompiledValue.Compile(source).Render(Scope);

        Assert.Equal(JsonData.Parse(expected), value);
    }

    [Fact]
    public void A_whole_tree_is_rendered_and_what_has_no_template_stays_the_same_object()
    {
        var compiled = CompiledValue.Compile(JsonData.Parse("""{"a":["{{$json.n}}",{"b":"x{{$json.n}}"}],"c":1}"""));

        Assert.False(compiled.IsConstant);
        Assert.Equal(JsonData.Parse("""{"a":[3,{"b":"x3"}],"c":1}"""), compiled.Render(Scope));
        Assert.True(CompiledValue.Compile(JsonData.Parse("""{"a":["x",{"b":"{{$placeholder}}"}]}""")).IsConstant);
    }

    [Fact]
    public void A_mistake_names_the_place_in_the_tree()
    {
        var mistake = Assert.Throws<ExpressionException>(() => CompiledValue.Compile(JsonData.Parse("""{"a":[1,{"b":"ok {{1 +}}"}]}"""), "config"));

        Assert.Equal("config.a[1].b", mistake.Parameter);
        Assert.Equal(8, mistake.Position);
    }

    [Theory]
    [InlineData("{{")]
    [InlineData("{{ }}")]
    [InlineData("{{ 1")]
    [InlineData("{{ 1 }")]
    [InlineData("a {{ 1 2 }}")]
    public void Unfinished_templates_are_refused(string source) => Assert.Throws<ExpressionException>(() => Template.Compile(source));
}
