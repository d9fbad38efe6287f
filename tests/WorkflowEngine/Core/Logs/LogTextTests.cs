using System.Text;
using AiTeams.WorkflowEngine.Core.Definitions;
using AiTeams.WorkflowEngine.Core.Executions;
using AiTeams.WorkflowEngine.Core.Logs;
using FsCheck;
using FsCheck.Fluent;

namespace AiTeams.WorkflowEngine.Core.Tests.Logs;

/// <summary>What may stand in a log line, and how much of it.</summary>
public sealed class LogTextTests
{
    [Fact]
    public void Cut_text_fits_is_a_beginning_and_stays_text() => Prop.ForAll(
        Gen.Elements("a", "ü", "€", "😀", "\"", "\n").ListOf().Select(parts => string.Concat(parts)).ToArbitrary(), Gen.Choose(10, 60).ToArbitrary(), (text, bytes) =>
        {
            var cut = LogText.Fit(text, bytes);
            Assert.True(Encoding.UTF8.GetByteCount(cut) <= bytes);
            Assert.True(cut == text || (cut[^1] == '…' && text.StartsWith(cut[..^1], StringComparison.Ordinal)));
            Assert.Equal(cut, Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(cut)));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    [Theory]
    [InlineData("x")]
    [InlineData("\"\\")]
    [InlineData("ü€")]
    public void A_value_too_large_becomes_its_beginning_and_is_still_JSON(string part)
    {
        var value = JsonData.Object(("a", string.Concat(Enumerable.Repeat(part, 5_000))));
        var cut = LogText.Fit(value, 500);

        Assert.InRange(Encoding.UTF8.GetByteCount(cut), 100, 500);
        Assert.True(JsonData.Parse(cut)["truncated"].IsTrue);
    }

    [Fact]
    public void A_value_that_is_endless_as_text_is_not_written_out()
    {
        var value = JsonData.Of("boom");
        for (var level = 0; level < 60; level++)
        {
            value = JsonData.Array(value, value);
        }

        Assert.InRange(LogText.Fit(value, 500).Length, 10, 500);
    }

    [Fact]
    public void Secrets_are_found_by_what_the_node_type_says_and_by_name()
    {
        var secrets = Draft.Manual()
            .Node("call", "ACTION.HTTP_REQUEST", """{"url":"http://a.test","headers":{"X-Api-Key":"by-name-1"},"auth_type":"bearer","auth_config":{"token":"by-spec-1"}}""")
            .With("variables", """{"db_password":"by-var-1","harmless":"visible","short_secret":"ab","secret_template":"{{$json.secret}}"}""").Connect("start -> call").Compile().Secrets;

        Assert.Equal("*** *** *** visible ab {{$json.secret}}", secrets.Clean("by-name-1 by-spec-1 by-var-1 visible ab {{$json.secret}}"));
        Assert.Equal(
            JsonData.Parse("""{"Authorization":"***","credentials":"***","max_tokens":5,"list":["a *** b"],"***":1}"""),
            secrets.Clean(JsonData.Parse("""{"Authorization":"x","credentials":{"a":"b"},"max_tokens":5,"list":["a by-var-1 b"],"by-spec-1":1}""")));
    }

    [Theory]
    [InlineData("FLOW", "FILTER", """{"result":{"filter_stats":{"total_input":10,"items_passed":3}}}""", "Keep: 3 of 10 kept")]
    [InlineData("FLOW", "IF", """{"true":{"data":1}}""", "Keep: yes")]
    [InlineData("FLOW", "IF", """{"false":{"data":1}}""", "Keep: no")]
    [InlineData("ACTION", "HTTP_REQUEST", """{"result":{"status_code":204}}""", "Keep: answered with 204")]
    [InlineData("ACTION", "HTTP_REQUEST", """{"result":{"status_code":"odd"}}""", "Keep done")]
    [InlineData("FLOW", "LOOP", """{"result":{"total_iterations":4}}""", "Keep: gone through 4 times")]
    [InlineData("NEWER", "THING", "{}", "Keep done")]
    public void What_a_node_did_is_said_in_a_sentence(string type, string subtype, string output, string expected) => Assert.Equal(
        expected,
        FriendlyText.Done(new NodeRecord
        {
            NodeId = "n",
            NodeName = "Keep",
            NodeType = type,
            NodeSubtype = subtype,
            Status = NodeStatus.Success,
            Output = JsonData.Parse(output),
        }));

    [Fact]
    public void Every_log_level_has_its_word() =>
        Assert.All(Enum.GetValues<LogLevel>(), level => Assert.Equal(level, LogLevels.FromWire[level.ToWire().ToLowerInvariant()]));
}
