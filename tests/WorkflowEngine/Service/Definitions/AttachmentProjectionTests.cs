using System.Text.Json.Nodes;
using AiTeams.WorkflowEngine.Core.Data;
using AiTeams.WorkflowEngine.Core.Definitions;
using AiTeams.WorkflowEngine.Definitions;
using Xunit;

namespace AiTeams.WorkflowEngine.Tests.Definitions;

/// <summary>Agents cannot run yet, so their documents are not accepted yet; how they will be projected is settled.</summary>
public sealed class AttachmentProjectionTests
{
    [Fact]
    public void Tools_and_memory_are_connected_to_their_agent()
    {
        var agent = Documents.Node("agent", "AI_AGENT", "ANTHROPIC_CLAUDE");
        agent["attached_nodes"] = new JsonArray("tool", "memory", "other");
        var document = new JsonObject
        {
            ["metadata"] = Documents.Metadata("Agent"),
            ["nodes"] = new JsonArray(
                agent, Documents.Node("tool", "TOOL", "SLACK_MCP_TOOL"), Documents.Node("memory", "MEMORY", "CONVERSATION_BUFFER"),
                Documents.Node("other", "TOOL", "NOTION_MCP_TOOL"), Documents.Node("ask", "HUMAN_IN_THE_LOOP", "SLACK_INTERACTION")),
            ["connections"] = new JsonArray(
                Documents.Connection("c1", "agent", "ask"), Documents.Connection("c2", "ask", "agent", "confirmed"), Documents.Connection("c3", "ask", "agent", "error")),
        };
        var parsed = DocumentParser.Parse(JsonData.From(document)).Document!;
        var workflow = Guid.NewGuid();

        var rows = WorkflowProjection.Connections(workflow, parsed).ToNode()!.AsArray();

        Assert.Equal(
            [
                "agent ask MAIN 0 result", "ask agent CONDITIONAL 0 confirmed", "ask agent ERROR 0 error",
                "agent tool AI_TOOL 0 ", "agent memory MEMORY_ATTACHMENT 1 ", "agent other AI_TOOL 2 ",
            ],
            rows.Select(row => $"{row!["source_node_id"]} {row["target_node_id"]} {row["connection_type"]} {row["connection_index"]} {row["label"]}"));
        Assert.Equal("""{"output_key":"confirmed"}""", rows[1]!["conditions"]!.ToJsonString());
        Assert.Equal(6, rows.Select(row => (string)row!["id"]!).Distinct().Count());
        Assert.Equal("""["tool","memory","other"]""", WorkflowProjection.Nodes(workflow, parsed).ToNode()![0]!["attached_nodes"]!.ToJsonString());
    }
}
