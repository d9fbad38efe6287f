using System.Text.Json;
using AiTeams.HumanInTheLoop.Questions;

namespace AiTeams.HumanInTheLoop.Tests.Deciding;

public sealed class StorableTextTests
{
    [Theory]
    [InlineData("""{"a":["fine","\ud83d\ude00"]}""", null)]
    [InlineData("""{"a":["fine","\ud83d"]}""", "/a/1")]
    [InlineData("""{"a":{"b":"\u0000"}}""", "/a/b")]
    [InlineData("""{"\udc00":1}""", "")]
    [InlineData("[1,true,null]", null)]
    public void What_the_database_cannot_hold_is_found(string json, string? pointer) =>
        Assert.Equal(pointer, StorableText.FindProblem(JsonDocument.Parse(json).RootElement, "")?.Pointer);
}
