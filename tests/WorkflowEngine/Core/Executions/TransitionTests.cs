using AiTeams.WorkflowEngine.Core.Executions;

namespace AiTeams.WorkflowEngine.Core.Tests.Executions;

public sealed class TransitionTests
{
    [Fact]
    public void Every_status_appears_in_its_table_and_has_its_own_word()
    {
        Assert.Equal(Enum.GetValues<ExecutionStatus>().ToHashSet(), ExecutionTransitions.Table.Keys.ToHashSet());
        Assert.Equal(Enum.GetValues<NodeStatus>().ToHashSet(), NodeTransitions.Table.Keys.ToHashSet());
        Assert.All(Enum.GetValues<ExecutionStatus>(), status => Assert.Equal(status, ExecutionStatuses.Parse(status.ToWire())));
        Assert.All(Enum.GetValues<NodeStatus>(), status => Assert.Equal(status, NodeStatuses.Parse(status.ToWire())));
    }

    [Fact]
    public void Words_are_those_of_the_database()
    {
        Assert.Equal("WAITING_FOR_HUMAN", ExecutionStatus.WaitingForHuman.ToWire());
        Assert.Equal("CANCELED", ExecutionStatus.Canceled.ToWire());
        Assert.Equal("WAITING_INPUT", NodeStatus.WaitingInput.ToWire());
        Assert.Throws<FormatException>(() => ExecutionStatuses.Parse("CANCELLED"));
        Assert.Throws<FormatException>(() => NodeStatuses.Parse("completed"));
    }

    [Fact]
    public void The_terminal_statuses_are_the_ones_nothing_follows()
    {
        Assert.Equal(
            [ExecutionStatus.Success, ExecutionStatus.Error, ExecutionStatus.Canceled, ExecutionStatus.Timeout],
            Enum.GetValues<ExecutionStatus>().Where(status => status.IsTerminal()));
        Assert.Equal(
            [NodeStatus.Success, NodeStatus.Error, NodeStatus.Skipped, NodeStatus.Canceled],
            Enum.GetValues<NodeStatus>().Where(status => status.IsTerminal()));
    }

    [Fact]
    public void Every_status_can_be_reached_and_every_open_one_can_be_cancelled()
    {
        var reached = ExecutionTransitions.Table.Values.SelectMany(moves => moves).Append(ExecutionStatus.New).ToHashSet();
        Assert.Equal(Enum.GetValues<ExecutionStatus>().ToHashSet(), reached);
        Assert.All(
            Enum.GetValues<ExecutionStatus>().Where(status => !status.IsTerminal()),
            status => Assert.True(ExecutionTransitions.Allows(status, ExecutionStatus.Canceled)));
        Assert.All(
            Enum.GetValues<NodeStatus>().Where(status => !status.IsTerminal()),
            status => Assert.True(NodeTransitions.Allows(status, NodeStatus.Canceled)));
    }
}
