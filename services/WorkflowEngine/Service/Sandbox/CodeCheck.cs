using AiTeams.WorkflowEngine.Core.Data;
using AiTeams.WorkflowEngine.Core.Definitions;
using AiTeams.WorkflowEngine.Sandbox.Wire;

namespace AiTeams.WorkflowEngine.Sandbox;

/// <summary>
/// Looks whether the JavaScript of a document parses, by the engine that will run it; nothing is run. A document without any costs
/// nothing. Where there is no sandbox, saving goes on and says that it did not look.
/// </summary>
internal sealed class CodeCheck(SandboxPool sandboxes)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    public async Task<(IReadOnlyList<ValidationProblem> Errors, IReadOnlyList<ValidationProblem> Warnings)> CheckAsync(
        WorkflowDocument document, CancellationToken cancellationToken)
    {
        var errors = new List<ValidationProblem>();
        foreach (var (form, code, pointer, nodeId) in TextsOf(document))
        {
            var reply = await sandboxes.RunAsync(
                new([new(form, code, "null")], (int)Limit.TotalMilliseconds, 1000, OnlyParse: true), cancellationToken);
            switch (reply.Outcome)
            {
                case CodeOutcome.Completed:
                    break;
                case CodeOutcome.Unavailable:
                    return (errors, [new("code_not_checked", $"Whether the code parses is not known: {reply.Message}", pointer, nodeId, IsWarning: true)]);
                default:
                    var place = reply.Line > 0 ? $" (line {reply.Line}, column {reply.Column})" : "";
                    errors.Add(new("invalid_code", $"{reply.Message}{place}", pointer, nodeId));
                    break;
            }
        }

        return (errors, []);
    }

    private static IEnumerable<(CodeForm Form, string Code, string Pointer, string? NodeId)> TextsOf(WorkflowDocument document)
    {
        foreach (var connection in document.Connections)
        {
            if (connection.ConversionFunction is { } function)
            {
                yield return (CodeForm.Convert, function, Pointer.Append(Pointer.Append("/connections", connection.Index), "conversion_function"), null);
            }
        }

        foreach (var node in document.Nodes)
        {
            if (node is { Type: NodeTypes.Action, Subtype: "RUN_CODE" } && node.Configurations["code"].Text is { } code)
            {
                yield return (CodeForm.Body, code, $"{Pointer.Append("/nodes", node.Index)}/configurations/code", node.Id);
            }
        }
    }
}
