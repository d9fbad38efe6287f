using AiTeams.WorkflowEngine.Core.Data;

namespace AiTeams.WorkflowEngine.Core.Definitions.Comparison;

/// <summary>One place where two values differ. <see cref="JsonData.IsMissing"/> stands for a field that is not there.</summary>
/// <param name="Pointer">RFC 6901, from the value that was compared; empty for that value itself.</param>
public sealed record FieldChange(string Pointer, JsonData Old, JsonData New)
{
    public FieldChange Reverse() => new(Pointer, New, Old);
}
