using AiTeams.WorkflowEngine.Core.Data;
using AiTeams.WorkflowEngine.Core.Expressions;
using AiTeams.WorkflowEngine.Core.Nodes;
using static AiTeams.WorkflowEngine.Core.Definitions.WorkflowValidator;

namespace AiTeams.WorkflowEngine.Core.Definitions;

/// <summary>Every expression compiles and speaks of nodes there are; every condition makes sense.</summary>
internal static class ExpressionRules
{
    public static void Check(WorkflowDocument document, Findings findings)
    {
        var known = document.Nodes.SelectMany(node => new[] { node.Id, node.Name }).ToHashSet(StringComparer.Ordinal);
        foreach (var node in document.Nodes)
        {
            var spec = NodeCatalog.FindActive(node.Type, node.Subtype);
            var visitor = new Visitor(node, known, findings);
            foreach (var (name, value) in node.Configurations.Fields)
            {
                if (spec?.Parameter(name)?.Verbatim == true)
                {
                    continue;
                }

                visitor.Visit(
                    value, Pointer.Append(PointerTo(node, "configurations"), name), name, spec?.Parameter(name)?.Type == ParameterType.Expression);
            }

            foreach (var (name, value) in node.InputParams.Fields)
            {
                visitor.Visit(value, Pointer.Append(PointerTo(node, "input_params"), name), $"input_params.{name}", isExpression: false);
            }

            if (spec is not null && !visitor.FoundErrors)
            {
                Prepare(node, spec, findings);
            }
        }
    }

    // Templates are fine by now; what can still be wrong is what the behaviour reads into them, such as a filter's conditions.
    private static void Prepare(NodeDefinition node, NodeSpec spec, Findings findings)
    {
        try
        {
            NodeBehaviours.For(spec).Prepare(spec, node.Configurations);
        }
        catch (ExpressionException exception)
        {
            var place = exception.Parameter ?? "";
            findings.Error(
                "invalid_expression", exception.In(node.Name, place).FullMessage,
                $"{PointerTo(node, "configurations")}/{place.Replace("[", "/", StringComparison.Ordinal).Replace("]", "", StringComparison.Ordinal)}",
                node.Id);
        }
    }

    private sealed class Visitor(NodeDefinition node, HashSet<string> known, Findings findings)
    {
        public bool FoundErrors { get; private set; }

        public void Visit(JsonData value, string pointer, string parameter, bool isExpression)
        {
            if (value.Text is { } text)
            {
                CheckText(text, pointer, parameter, isExpression);
                return;
            }

            foreach (var (name, field) in value.Fields)
            {
                Visit(field, Pointer.Append(pointer, name), $"{parameter}.{name}", isExpression: false);
            }

            for (var at = 0; at < value.Items.Length; at++)
            {
                Visit(value[at], Pointer.Append(pointer, at), $"{parameter}[{at}]", isExpression: false);
            }
        }

        private void CheckText(string text, string pointer, string parameter, bool isExpression)
        {
            if (Template.HasPlaceholder(text))
            {
                findings.Warning(
                    "placeholder", $"Node '{node.Name}', parameter '{parameter}': the value still has to be filled in.", pointer, node.Id);
                return;
            }

            if (string.IsNullOrWhiteSpace(text) || (!isExpression && !Template.IsTemplate(text)))
            {
                return;
            }

            try
            {
                var references = isExpression ? Expression.Compile(text).NodeReferences : Template.Compile(text).NodeReferences;
                foreach (var reference in references.Where(reference => !known.Contains(reference)))
                {
                    FoundErrors = true;
                    findings.Error(
                        "unknown_node_reference", $"Node '{node.Name}', parameter '{parameter}': there is no node '{reference}'.", pointer, node.Id);
                }
            }
            catch (ExpressionException exception)
            {
                FoundErrors = true;
                findings.Error("invalid_expression", exception.In(node.Name, parameter).FullMessage, pointer, node.Id);
            }
        }
    }
}
