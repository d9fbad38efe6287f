using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AiTeams.WorkflowEngine.Core.Tests.Data;

public sealed class JsonDataTests
{
    [Theory]
    [InlineData("null")]
    [InlineData("true")]
    [InlineData("\"text with \\\" and é\"")]
    [InlineData("9223372036854775807")]
    [InlineData("-0.5")]
    [InlineData("123456789012345678901234567890")]
    [InlineData("0.1234567890123456789")]
    [InlineData("[1,[2,[3]],{}]")]
    [InlineData("{\"b\":1,\"a\":{\"c\":null}}")]
    public void What_is_read_is_what_is_written(string json) => Assert.Equal(json, JsonData.Parse(json).ToString());

    [Theory]
    [InlineData("1.0", "1")]
    [InlineData("1e2", "100")]
    [InlineData("{\"a\":1,\"a\":2}", "{\"a\":2}")]
    public void What_means_the_same_is_written_the_short_way(string json, string expected) => Assert.Equal(expected, JsonData.Parse(json).ToString());

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{} {}")]
    [InlineData("[1,]")]
    [InlineData("1e999")]
    [InlineData("\"\\ud800\"")]
    [InlineData("{\"\\udfff\":1}")]
    public void What_cannot_be_stored_is_malformed(string json) => Assert.ThrowsAny<JsonException>(() => JsonData.Parse(json));

    [Fact]
    public void Bytes_that_are_not_UTF8_are_malformed()
        => Assert.ThrowsAny<JsonException>(() => JsonData.Parse([(byte)'"', 0xFF, 0xFE, (byte)'"']));

    [Fact]
    public void Nesting_has_a_limit()
    {
        Assert.Equal(512, JsonData.Parse(Nested(512)).Depth);
        Assert.ThrowsAny<JsonException>(() => JsonData.Parse(Nested(513)));

        static string Nested(int levels) => new string('[', levels) + new string(']', levels);
    }

    [Fact]
    public void The_weight_of_what_repeats_itself_is_that_of_its_text_and_never_overflows()
    {
        var laughs = JsonData.Of("ha");
        for (var at = 0; at < 200; at++)
        {
            laughs = JsonData.Array(laughs, laughs);
        }

        Assert.True(laughs.Weight > long.MaxValue / 5);
        Assert.InRange(JsonData.Parse("""{"name":"Ann","list":[1,2,3]}""").Weight, 20, 80);
    }

    [Fact]
    public void The_character_NUL_is_replaced_because_jsonb_refuses_it()
        => Assert.Equal("{\"a\uFFFD\":\"b\uFFFD\"}", JsonData.Parse("{\"a\\u0000\":\"b\\u0000\"}").ToString());

    [Fact]
    public void Half_a_surrogate_pair_is_written_as_the_replacement_character()
        => Assert.Equal("\"\uFFFD\"", JsonData.Parse(Encoding.UTF8.GetBytes(JsonData.Of("\ud800").ToString())).ToString());

    [Fact]
    public void Equality_is_by_meaning()
    {
        var left = JsonData.Parse("""{"a":1,"b":[1.0,"x",null]}""");
        var right = JsonData.Parse("""{"b":[1,"x",null],"a":1.0}""");

        Assert.Equal(left, right);
        Assert.Equal(left.GetHashCode(), right.GetHashCode());
        Assert.NotEqual(left, JsonData.Parse("""{"a":1}"""));
        Assert.NotEqual(JsonData.Parse("1"), JsonData.Parse("\"1\""));
        Assert.NotEqual(JsonData.Null, default);
    }

    [Fact]
    public void Objects_of_any_size_find_their_fields()
    {
        var builder = new JsonObjectBuilder();
        for (var at = 0; at < 1000; at++)
        {
            builder.Set($"f{at}", at);
        }

        builder.Set("f500", "again");
        var data = builder.Build();

        Assert.Equal(1000, data.Count);
        Assert.Equal("again", data["f500"].Text);
        Assert.Equal(999, data["f999"]);
        Assert.True(data["F1"].IsMissing);
    }

    [Fact]
    public void Overlaying_shares_what_it_can()
    {
        var below = JsonData.Parse("""{"a":{"x":1},"b":1}""");

        Assert.Equal(JsonData.Parse("""{"a":{"x":1},"b":2,"c":3}"""), below.Overlay(JsonData.Parse("""{"b":2,"c":3}""")));
        Assert.Equal(below, below.Overlay(default));
        Assert.Equal(below, JsonData.EmptyObject.Overlay(below));
    }

    [Fact]
    public void Nodes_and_elements_of_the_framework_convert()
    {
        var json = """{"a":[1,2.5,"x",null,true]}""";

        Assert.Equal(JsonData.Parse(json), JsonData.From(JsonNode.Parse(json)));
        Assert.Equal(JsonData.Parse(json), JsonData.From(JsonDocument.Parse(json).RootElement));
        Assert.Equal(json, JsonData.Parse(json).ToNode()!.ToJsonString());
    }

    [Fact]
    public void Infinity_has_no_JSON() => Assert.Equal(JsonData.Null, JsonData.Of(double.PositiveInfinity));
}
