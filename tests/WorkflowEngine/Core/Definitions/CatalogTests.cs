using AiTeams.WorkflowEngine.Core.Definitions;

namespace AiTeams.WorkflowEngine.Core.Tests.Definitions;

public sealed class CatalogTests
{
    public static TheoryData<string> Keys => new(NodeCatalog.All.Select(Key));

    [Fact]
    public void Every_subtype_with_a_specification_is_described()
        => Assert.Equal(
            ["TRIGGER 6", "AI_AGENT 3", "EXTERNAL_ACTION 7", "ACTION 8", "FLOW 13", "HUMAN_IN_THE_LOOP 7", "TOOL 5", "MEMORY 8"],
            NodeCatalog.All.GroupBy(spec => spec.Type).Select(type => $"{type.Key} {type.Count()}"));

    [Fact]
    public void No_subtype_is_described_twice() => Assert.Equal(NodeCatalog.All.Count, NodeCatalog.All.Select(Key).Distinct().Count());

    [Fact]
    public void What_cannot_run_is_found_and_is_not_active()
    {
        Assert.All(
            NodeCatalog.All.Where(spec => !spec.IsActive),
            spec => Assert.Equal((spec, null), (NodeCatalog.Find(spec.Type, spec.Subtype), NodeCatalog.FindActive(spec.Type, spec.Subtype))));
        Assert.Same(NodeCatalog.Find("FLOW", "IF"), NodeCatalog.FindActive("FLOW", "IF"));
        Assert.Null(NodeCatalog.Find("FLOW", "GOTO"));
    }

    [Fact]
    public void Whatever_is_known_and_not_active_is_refused_as_not_available_yet()
    {
        foreach (var (type, subtype) in NodeTypes.All.SelectMany(type => NodeTypes.SubtypesOf(type).Select(subtype => (type, subtype))))
        {
            var refusals = Draft.Manual().Node("n", $"{type}.{subtype}").Validate().Errors.Where(problem => problem.Pointer == "/nodes/1/subtype").ToList();

            Assert.Equal(NodeCatalog.FindActive(type, subtype) is null ? 1 : 0, refusals.Count);
            Assert.All(refusals, refusal => Assert.Equal(
                ("unsupported_subtype", $"{type}.{subtype} is known, but not available yet."), (refusal.Code, refusal.Message)));
        }
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void A_specification_is_sound(string key)
    {
        var spec = Spec(key);

        Assert.Contains(spec.Subtype, NodeTypes.SubtypesOf(spec.Type));
        Assert.Equal(NodeTypes.IsAttachable(spec.Type), spec.Ports.Count == 0);
        Assert.NotEmpty(spec.Outputs);
        Assert.NotEmpty(spec.Examples);
        Assert.All(Described(spec), text => Assert.Matches(@"^\S.*\.$", text));
        AssertDistinct(spec.Inputs.Select(field => field.Name));
        AssertDistinct(spec.Outputs.Select(field => field.Name));
        AssertDistinct(spec.Ports.Select(port => port.Name));
        AssertSound(spec.Parameters);
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void Every_node_understands_what_all_nodes_understand(string key)
        => Assert.All(["timeout", "retry_attempts", "enabled"], name => Assert.NotNull(Spec(key).Parameter(name)));

    [Theory]
    [MemberData(nameof(Keys))]
    public void Defaults_are_allowed_values(string key)
    {
        var spec = Spec(key);
        var defaults = spec.Parameters.Where(parameter => !parameter.Default.IsMissing).Select(parameter => (parameter.Name, parameter.Default)).ToArray();
        Assert.Contains(defaults, parameter => parameter.Name == "timeout");

        // Nothing is wrong with them but what they leave to the author.
        Assert.All(Problems(spec, JsonData.Object(defaults)), problem => Assert.Equal("missing_parameter", problem.Code));
        Assert.All(
            spec.Inputs.Concat(spec.Outputs).Where(field => field.Options.Count > 0 && !field.Default.IsMissing),
            field => Assert.Contains(field.Default.Text, field.Options));
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void Examples_keep_to_the_specification(string key)
    {
        var spec = Spec(key);

        foreach (var example in spec.Examples)
        {
            Assert.Empty(Problems(spec, example.Configurations));
            Assert.All(example.Output.Fields.ToArray(), field => AssertFits(spec.Outputs, field.Key, field.Value));
            if (spec.Type != NodeTypes.Trigger)
            {
                Assert.All(example.Input.Fields.ToArray(), field => AssertFits(spec.Inputs, field.Key, field.Value));
                Assert.Empty(spec.Inputs.Where(field => field.Required && example.Input[field.Name].IsMissing).Select(field => field.Name));
            }

            if (!NodeTypes.IsAttachable(spec.Type))
            {
                Assert.Contains(example.Port, spec.PortsOf(example.Configurations));
            }
        }
    }

    private static string Key(NodeSpec spec) => $"{spec.Type}.{spec.Subtype}";

    private static NodeSpec Spec(string key) => NodeCatalog.Find(key.Split('.')[0], key.Split('.')[1])!;

    private static IReadOnlyList<ValidationProblem> Problems(NodeSpec spec, JsonData configurations)
    {
        var findings = new Findings();
        var node = new NodeDefinition
        {
            Index = 0,
            Id = "n",
            Name = "n",
            Type = spec.Type,
            Subtype = spec.Subtype,
            Configurations = configurations,
        };
        ParameterRules.CheckConfigurations(node, spec, findings);
        return findings.All;
    }

    private static IEnumerable<string> Described(NodeSpec spec) =>
    [
        spec.Description, .. spec.Inputs.Select(field => field.Description), .. spec.Outputs.Select(field => field.Description),
        .. spec.Ports.Select(port => port.Description),
    ];

    private static void AssertSound(IReadOnlyList<ParameterSpec> parameters)
    {
        AssertDistinct(parameters.Select(parameter => parameter.Name));
        foreach (var parameter in parameters)
        {
            Assert.NotEmpty(parameter.Description);
            AssertDistinct(parameter.Options);
            AssertDistinct(parameter.ItemOptions);
            Assert.True(parameter.Min is null || parameter.Max is null || parameter.Min < parameter.Max, parameter.Name);
            Assert.True(parameter.ItemOptions.Count == 0 || parameter.Type == ParameterType.Array, parameter.Name);
            Assert.True(parameter.Fields.Count == 0 || parameter.Type == ParameterType.Object, parameter.Name);
            // A secret that everybody knows is none.
            Assert.True(!parameter.Sensitive || parameter.Default.IsMissing, parameter.Name);
            AssertSound(parameter.Fields);
        }
    }

    private static void AssertDistinct(IEnumerable<string> names) => Assert.Equal(names, names.Distinct());

    private static void AssertFits(IReadOnlyList<FieldSpec> fields, string name, JsonData value)
    {
        var field = Assert.Single(fields, field => field.Name == name);
        Assert.True(field.Options.Count == 0 || field.Options.Contains(value.Text!), name);
        Assert.True(value.IsNull || field.Type switch
        {
            ParameterType.String or ParameterType.Expression => value.IsString,
            ParameterType.Integer => value.TryGetInteger(out _),
            ParameterType.Number => value.IsNumber,
            ParameterType.Boolean => value.IsBoolean,
            ParameterType.Array => value.IsArray,
            ParameterType.Object => value.IsObject,
            ParameterType.Any => true,
        }, name);
    }
}
