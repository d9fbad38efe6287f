using AiTeams.WorkflowEngine.Core.Data;

namespace AiTeams.WorkflowEngine.Core.Definitions;

/// <summary>A workflow as its author wrote it. Fields this version does not know stay in <see cref="Source"/> untouched.</summary>
public sealed record WorkflowDocument
{
    public required WorkflowMetadata Metadata { get; init; }

    public required IReadOnlyList<NodeDefinition> Nodes { get; init; }

    public required IReadOnlyList<ConnectionDefinition> Connections { get; init; }

    /// <summary>Ids of the trigger nodes: those the document lists or, when it lists none, every node of type TRIGGER.</summary>
    public required IReadOnlyList<string> Triggers { get; init; }

    /// <summary>Workflow-level values, readable in expressions as <c>$vars.name</c>.</summary>
    public required JsonData Variables { get; init; }

    public required WorkflowSettings Settings { get; init; }

    /// <summary>Values kept between runs.</summary>
    public required JsonData StaticData { get; init; }

    /// <summary>Node id to the output it gives in test runs instead of running.</summary>
    public required JsonData PinData { get; init; }

    /// <summary>The whole document as received.</summary>
    public required JsonData Source { get; init; }
}

public sealed record WorkflowMetadata(string? Id, string Name, string? Description, string? Version, IReadOnlyList<string> Tags);

/// <summary>A timeout of null means no limit for the whole run: a workflow may wait for days unless its author says otherwise.</summary>
public sealed record WorkflowSettings(
    string Timezone, int? TimeoutSeconds, string ErrorPolicy, string CallerPolicy, bool SaveExecutionProgress, bool SaveManualExecutions)
{
    public static WorkflowSettings Default { get; } = new("UTC", null, "stop", "workflow", true, true);

    /// <summary>Steps below this leave no line in the log. How the run begins, waits and ends, and its milestones, are always written.</summary>
    public LogLevel LogLevel { get; init; } = LogLevel.Info;
}

public sealed record NodeDefinition
{
    /// <summary>Place in the document's list of nodes.</summary>
    public required int Index { get; init; }

    public required string Id { get; init; }

    public required string Name { get; init; }

    public string? Description { get; init; }

    public required string Type { get; init; }

    public required string Subtype { get; init; }

    public int TypeVersion { get; init; } = 1;

    public JsonData Configurations { get; init; } = JsonData.EmptyObject;

    public JsonData InputParams { get; init; } = JsonData.EmptyObject;

    public JsonData OutputParams { get; init; } = JsonData.EmptyObject;

    public JsonData Credentials { get; init; } = JsonData.EmptyObject;

    public IReadOnlyList<string> AttachedNodes { get; init; } = [];

    /// <summary>By <c>disabled: true</c> or <c>configurations.enabled: false</c>: passes its input through and is marked SKIPPED.</summary>
    public bool Disabled { get; init; }

    public ErrorStrategy OnError { get; init; }

    public int MaxRetries { get; init; } = 3;

    public int RetryWaitSeconds { get; init; } = 5;

    public double PositionX { get; init; }

    public double PositionY { get; init; }

    public string? Notes { get; init; }
}

public sealed record ConnectionDefinition(int Index, string Id, string FromNode, string ToNode, string OutputKey, string? ConversionFunction)
{
    public const string DefaultOutputKey = "result";
}
