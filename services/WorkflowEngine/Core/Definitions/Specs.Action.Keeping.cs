namespace AiTeams.WorkflowEngine.Core.Definitions;

/// <summary>What remembers from run to run.</summary>
internal static partial class Specs
{
    private static NodeSpec StaticData => new(NodeTypes.Action, "STATIC_DATA", "Keeps values for later runs of this workflow.")
    {
        Parameters =
        [
            Required(Shape("values", "Name to value, templates welcome; later runs read them as $static.name. Null forgets a name.")),
            .. Common,
        ],
        Inputs = PassedInputs,
        Outputs = [AnyField("data", "What came in."), ObjectField("values", "What is kept.")],
        Examples =
        [
            Example(
                "How far it has come", """{"values": {"last_order": "{{$json.id}}"}}""",
                """{"values": {"last_order": 17}}""", """{"data": {"id": 17}}"""),
        ],
    };
}
