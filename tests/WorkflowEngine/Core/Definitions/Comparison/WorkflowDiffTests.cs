using AiTeams.WorkflowEngine.Core.Definitions.Comparison;

namespace AiTeams.WorkflowEngine.Core.Tests.Definitions.Comparison;

/// <summary>What a difference calls the things people do.</summary>
public sealed class WorkflowDiffTests
{
    private static readonly JsonData Before = Draft.Manual()
        .Node("call", "ACTION.HTTP_REQUEST", """{"method":"GET","url":"http://a.test/"}""", """{"position":{"x":0,"y":0}}""").Step("end")
        .Connect("start -> call", "call -> end").With("settings", """{"timeout":60}""").ToJson();

    [Fact]
    public void A_changed_parameter_is_one_change_at_its_pointer()
    {
        var diff = WorkflowDiff.Between(Before, Node(1, node => node.With("configurations", node["configurations"].With("url", "http://b.test/"))));

        var change = Assert.Single(Assert.Single(diff.Nodes.Changed).Fields);
        Assert.Equal(new("/configurations/url", "http://a.test/", "http://b.test/"), change);
    }

    [Fact]
    public void A_new_name_is_a_rename_and_not_another_node()
    {
        var diff = WorkflowDiff.Between(Before, Node(1, node => node.With("name", "Fetch")));

        Assert.Equal(("call", "Fetch"), Assert.Single(diff.Nodes.Changed).Renamed);
        Assert.Empty(diff.Nodes.Added);
        Assert.Empty(diff.Nodes.Removed);
    }

    [Fact]
    public void A_new_id_with_all_else_the_same_is_the_same_node()
    {
        var diff = WorkflowDiff.Between(Before, Node(1, node => node.With("id", "fetch").With("position", JsonData.Object(("x", 7), ("y", 0)))));

        var change = Assert.Single(diff.Nodes.Changed);
        Assert.Equal(("call", "fetch", "/id"), (change.OldId, change.NewId, Assert.Single(change.Fields).Pointer));
    }

    [Fact]
    public void Of_two_that_look_alike_none_is_taken_for_the_other()
    {
        var twin = Before["nodes"][2].With("id", "twin1");
        var two = Before.With("nodes", JsonData.Array(Before["nodes"][0], Before["nodes"][1], twin, twin.With("id", "twin2")));

        var diff = WorkflowDiff.Between(Before, two);

        Assert.Equal(["end"], diff.Nodes.Removed.Select(node => node.Id));
        Assert.Equal(["twin1", "twin2"], diff.Nodes.Added.Select(node => node.Id));
    }

    [Fact]
    public void Moving_on_the_canvas_is_layout_and_nothing_else()
    {
        var diff = WorkflowDiff.Between(Before, Node(1, node => node.With("position", JsonData.Object(("x", 5), ("y", 0)))));

        Assert.True(diff.IsLayoutOnly);
        Assert.Empty(Assert.Single(diff.Nodes.Changed).Fields);
        Assert.Equal("/position/x", Assert.Single(diff.Nodes.Changed[0].Layout).Pointer);
    }

    [Fact]
    public void Everything_beside_nodes_and_connections_is_told_by_pointer()
    {
        var diff = WorkflowDiff.Between(Before, Before
            .With("settings", JsonData.Object(("timeout", 90))).With("variables", JsonData.Object(("k", 1)))
            .With("pin_data", JsonData.Object(("call", JsonData.EmptyObject))).With("triggers", JsonData.Array("start")));

        Assert.Equal(["/pin_data", "/settings/timeout", "/triggers", "/variables"], diff.Fields.Select(change => change.Pointer));
        Assert.True(diff.Nodes.IsEmpty && diff.Connections.IsEmpty);
    }

    [Fact]
    public void Another_order_of_connections_is_a_change_because_inputs_are_laid_over_one_another_in_it()
    {
        var diff = WorkflowDiff.Between(Before, Before.With("connections", JsonData.Array(Before["connections"][1], Before["connections"][0])));

        Assert.Equal(["c2", "c1"], diff.Connections.Order!.To);
        Assert.False(diff.IsEmpty || diff.IsLayoutOnly);
    }

    [Fact]
    public void A_field_with_null_and_no_field_are_told_apart()
    {
        var change = Assert.Single(Assert.Single(WorkflowDiff.Between(Before, Node(1, node => node.With("notes", JsonData.Null))).Nodes.Changed).Fields);

        Assert.True(change.Old.IsMissing);
        Assert.Equal(JsonKind.Null, change.New.Kind);
    }

    private static JsonData Node(int at, Func<JsonData, JsonData> edit)
    {
        var nodes = Before["nodes"].Items.ToArray();
        nodes[at] = edit(nodes[at]);
        return Before.With("nodes", JsonData.Array(nodes));
    }
}
