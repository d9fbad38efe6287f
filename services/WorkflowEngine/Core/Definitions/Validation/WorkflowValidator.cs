using AiTeams.WorkflowEngine.Core.Data;

namespace AiTeams.WorkflowEngine.Core.Definitions;

/// <summary>Says everything that is wrong with a document at once. A document without errors compiles and runs.</summary>
public static class WorkflowValidator
{
    public const int MaxNodes = 500;
    public const int MaxConnections = 2000;

    public static ValidationResult Validate(JsonData json)
    {
        var findings = new Findings();
        var (document, shape) = DocumentParser.Parse(json);
        foreach (var problem in shape)
        {
            findings.Add(problem);
        }

        if (document is not null)
        {
            SettingsRules.Check(document, findings);
            NodeRules.Check(document, findings);
            ParameterRules.Check(document, findings);
            ExpressionRules.Check(document, findings);
            AttachmentRules.Check(document, findings);
            ConnectionRules.Check(document, findings);
            TriggerRules.Check(document, findings);
            CycleRule.Check(document, findings);
            if (findings.All.All(problem => problem.IsWarning))
            {
                LoopDepthRule.Check(document, findings);
            }
        }

        return new(
            document,
            findings.All.Where(problem => !problem.IsWarning).ToArray(),
            findings.All.Where(problem => problem.IsWarning).ToArray());
    }

    internal static string PointerTo(NodeDefinition node, string field) => Pointer.Append(Pointer.Append("/nodes", node.Index), field);

    internal static string PointerTo(ConnectionDefinition connection, string field) =>
        Pointer.Append(Pointer.Append("/connections", connection.Index), field);
}
