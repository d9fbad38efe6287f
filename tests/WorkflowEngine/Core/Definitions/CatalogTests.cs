using AiTeams.WorkflowEngine.Core.Definitions;

namespace AiTeams.WorkflowEngine.Core.Tests.Definitions;

public sealed class CatalogTests
{
    public static TheoryData<string> Keys => new(NodeCatalog.All.Select(spec => $"{spec.Type}.{spec.Subtype}"));

    [Fact]
    public void Eight_kinds_of_nodes_can_run()
        => Assert.Equal(
            [
                "TRIGGER.MANUAL", "ACTION.HTTP_REQUEST", "ACTION.DATA_TRANSFORMATION", "FLOW.IF", "FLOW.FILTER", "FLOW.SORT", "FLOW.MERGE", "FLOW.DELAY",
            ],
            NodeCatalog.All.Select(spec => $"{spec.Type}.{spec.Subtype}"));

    [Theory]
    [MemberData(nameof(Keys))]
    public void A_specification_is_sound(string key)
    {
        var spec = NodeCatalog.Find(key.Split('.')[0], key.Split('.')[1])!;

        Assert.Contains(spec.Subtype, NodeTypes.SubtypesOf(spec.Type));
        Assert.NotEmpty(spec.Ports);
        Assert.NotEmpty(spec.Outputs);
        Assert.Equal(spec.Parameters.Count, spec.Parameters.Select(parameter => parameter.Name).Distinct().Count());
        Assert.All(spec.Parameters, parameter => Assert.NotEmpty(parameter.Description));
        Assert.All(spec.Parameters.Where(parameter => parameter.Options.Count > 0 && parameter.Default.Text is not null), parameter => Assert.Contains(parameter.Default.Text, parameter.Options));
        Assert.All(
            spec.Parameters.Where(parameter => parameter.Default.IsNumber),
            parameter =>
            {
                parameter.Default.TryGetNumber(out var value);
                Assert.InRange(value, parameter.Min ?? value, parameter.Max ?? value);
            });
    }
}
