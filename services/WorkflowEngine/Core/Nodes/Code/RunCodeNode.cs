using AiTeams.WorkflowEngine.Core.Data;
using AiTeams.WorkflowEngine.Core.Definitions;
using AiTeams.WorkflowEngine.Core.Executions;

namespace AiTeams.WorkflowEngine.Core.Nodes;

/// <summary>ACTION.RUN_CODE: the author's JavaScript, given what arrived and handing on what it returns.</summary>
internal sealed class RunCodeNode : NodeBehaviour
{
    public override IEnumerable<(string Parameter, string Message)> Check(JsonData configuration)
    {
        if (string.IsNullOrWhiteSpace(configuration["code"].Text))
        {
            yield return ("code", "There is no code to run.");
        }
    }

    public override NodeStep Begin(NodeContext node)
    {
        var configuration = node.Configuration;
        var code = configuration["code"].Text ?? "";
        var limit = configuration["time_limit"].TryGetNumber(out var seconds) ? seconds : 5;
        return new NodeStep.Call(new CodeCall
        {
            IdempotencyKey = node.Run.IdempotencyKey(node.Start.ExecutionId),
            Scripts = [new(ScriptForm.Body, code, Argument(node, code, configuration["mode"].Text == "each_item"))],
            TimeLimit = TimeSpan.FromSeconds(limit),
        });
    }

    public override NodeStep AfterCall(NodeContext node, OutsideResult result)
    {
        var ran = (CodeResult)result;
        var console = JsonData.Array(ran.Logged.Select(line => JsonData.Of(line)));
        if (ran.ErrorCode is { } code)
        {
            return new NodeStep.Failed(new(code, ran.Line > 0 ? $"{ran.Message} (line {ran.Line}, column {ran.Column})" : ran.Message, ran.IsRetryable, JsonData.Object(
                ("line", ran.Line), ("column", ran.Column), ("console", console))));
        }

        return new NodeStep.Completed(JsonData.Object(
            (ConnectionDefinition.DefaultOutputKey, ran.Results[0]), ("console", console.Count > 0 ? console : JsonData.Null)));
    }

    private static JsonData Argument(NodeContext node, string code, bool eachItem)
    {
        var scope = node.Scope;
        return JsonData.Object(
            ("json", node.Json),
            ("items", Lists.Of(node.Data) ?? JsonData.EmptyArray),
            ("each", eachItem),
            ("ports", scope.Ports),
            ("node", Mentioned(node, code)),
            ("vars", node.Vars),
            ("trigger", node.Trigger),
            ("workflow", scope.Workflow),
            ("execution", scope.Execution?.Invoke() ?? JsonData.Null),
            ("now", JsonData.Of(node.Now)));
    }

    // Outputs of all earlier nodes could be a hundred times what the code looks at: those whose name or id stands in it.
    private static JsonData Mentioned(NodeContext node, string code)
    {
        var outputs = new JsonObjectBuilder();
        foreach (var other in node.Workflow.Nodes)
        {
            foreach (var name in new[] { other.Name, other.Id })
            {
                if (name.Length > 0 && code.Contains(name, StringComparison.Ordinal) && node.NodeOutputs(name) is { IsMissing: false } found)
                {
                    outputs.Set(name, found);
                }
            }
        }

        return outputs.Build();
    }
}
