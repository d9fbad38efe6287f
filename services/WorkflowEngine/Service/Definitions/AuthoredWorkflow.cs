using System.Collections.Frozen;
using AiTeams.ServiceDefaults.Errors;
using AiTeams.WorkflowEngine.Core.Data;
using AiTeams.WorkflowEngine.Core.Definitions;
using AiTeams.WorkflowEngine.Sandbox;

namespace AiTeams.WorkflowEngine.Definitions;

/// <summary>
/// The part of a workflow document its author wrote, valid and ready to be stored. What the server keeps beside it (id, version,
/// deployment and latest execution, times) is dropped on the way in and added on the way out: sending back what was read changes
/// nothing, and two documents are the same when their authored parts are.
/// </summary>
internal sealed record AuthoredWorkflow(WorkflowDocument Document, IReadOnlyList<ValidationProblem> Warnings)
{
    private static readonly FrozenSet<string> KeptByServer = FrozenSet.Create(
        "id", "version", "deployment_status", "latest_execution_status", "latest_execution_id", "latest_execution_time",
        "created_at", "updated_at", "warnings");

    private static readonly FrozenSet<string> KeptByServerAndActive = [.. KeptByServer, "active"];

    private static readonly FrozenSet<string> MetadataKeptByServer = FrozenSet.Create(
        "id", "version", "created_by", "updated_by", "created_time", "deployment_status",
        "last_execution_status", "last_execution_time", "last_execution_id", "statistics");

    public string Json { get; } = Document.Source.ToString();

    public string? IconUrl => Document.Source["metadata"]["icon_url"].Text;

    public bool Active => !Document.Source["active"].IsFalse;

    public string? Settings => Part("settings");

    public string? StaticData => Part("static_data");

    public string? PinData => Part("pin_data");

    /// <summary>The authored part of a valid document; otherwise 422 with everything that is wrong with it.</summary>
    public static async Task<AuthoredWorkflow> AcceptAsync(JsonData document, CodeCheck code, CancellationToken cancellationToken)
    {
        var result = await CheckAsync(document, code, cancellationToken);
        return result.IsValid
            ? new AuthoredWorkflow(result.Document!, result.Warnings)
            : throw Problems.Validation([.. result.Errors.Select(ToProblem)]);
    }

    /// <summary>Everything to say about a document, without judging.</summary>
    public static async Task<ValidationResult> CheckAsync(JsonData document, CodeCheck code, CancellationToken cancellationToken)
    {
        var authored = Authored(document);
        var result = WorkflowValidator.Validate(authored);
        var (unparsable, notChecked) = result.Document is null ? ([], []) : await code.CheckAsync(result.Document, cancellationToken);
        return result with { Errors = [.. result.Errors, .. unparsable, .. StoredFields.Check(authored)], Warnings = [.. result.Warnings, .. notChecked] };
    }

    public static Problem ToProblem(ValidationProblem problem) =>
        new(problem.Code, problem.Message, problem.Pointer) { NodeId = problem.NodeId, Hint = problem.Hint };

    private static JsonData Authored(JsonData document)
    {
        if (!document.IsObject)
        {
            return document;
        }
        // active is true unless said otherwise: saying so is no change.
        var authored = Without(document, document["active"].IsTrue ? KeptByServerAndActive : KeptByServer);
        return authored["metadata"].IsObject ? authored.With("metadata", Without(authored["metadata"], MetadataKeptByServer)) : authored;
    }

    private static JsonData Without(JsonData source, FrozenSet<string> names)
    {
        var builder = new JsonObjectBuilder(source.Count);
        foreach (var (name, value) in source.Fields)
        {
            if (!names.Contains(name))
            {
                builder.Set(name, value);
            }
        }
        return builder.Build();
    }

    private string? Part(string name) => Document.Source[name] is { IsNull: false } part ? part.ToString() : null;
}
