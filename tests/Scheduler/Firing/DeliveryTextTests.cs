using System.Text;
using System.Text.Json.Nodes;
using AiTeams.Scheduler.Firing;

namespace AiTeams.Scheduler.Tests.Firing;

public sealed class DeliveryTextTests
{
    [Fact]
    public void Whatever_it_is_written_in_it_reads_the_same()
    {
        // Pairs that lie across every border between two pieces, and what has to be escaped.
        var text = string.Concat(Enumerable.Repeat("x\U0001F600\"\\\u0001é<", 5000));
        var data = JsonNode.Parse("""{"a": [1, 12345678901234567890.5, null, true, {"b": "\u00e9"}], "": {}}""")!.AsObject();
        data["text"] = text;
        data["parsed"] = JsonNode.Parse($"[{JsonValue.Create(text).ToJsonString()}]");

        var read = JsonNode.Parse(DeliveryText.Of(data).ToStringUtf8())!;

        Assert.True(JsonNode.DeepEquals(data, read));
        Assert.Equal(text, (string)read["text"]!);
        Assert.Equal("12345678901234567890.5", read["a"]![1]!.ToJsonString());
    }

    [Fact]
    public void Nothing_is_escaped_that_need_not_be() => Assert.Equal(
        """{"é":"<&'+é"}""", Encoding.UTF8.GetString(DeliveryText.Of(new JsonObject { ["é"] = "<&'+é" }).Span));
}
