namespace AiTeams.WorkflowEngine.Core.Data;

/// <summary>What a <see cref="JsonData"/> holds. <see cref="Missing"/> is "no such value", which is not the same as a JSON null.</summary>
public enum JsonKind
{
    Missing,
    Null,
    Boolean,
    Number,
    String,
    Array,
    Object,
}
