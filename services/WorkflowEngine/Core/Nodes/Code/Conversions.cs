using AiTeams.WorkflowEngine.Core.Data;
using AiTeams.WorkflowEngine.Core.Definitions;
using AiTeams.WorkflowEngine.Core.Executions;

namespace AiTeams.WorkflowEngine.Core.Nodes;

/// <summary>
/// Conversion functions of connections: JavaScript with one function, <c>convert(input)</c>. It gets what is on the connection as
/// <c>value</c>, as <c>output</c> and as <c>data.result</c>; a result that is no object is wrapped as <c>{converted_data: x}</c>.
/// </summary>
internal static class Conversions
{
    public const string ErrorCode = "conversion_failed";

    private static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(5);

    public static CodeCall Call(string idempotencyKey, IEnumerable<(string Function, JsonData Payload)> conversions) => new()
    {
        IdempotencyKey = $"{idempotencyKey}:conversion",
        Scripts = [.. conversions.Select(conversion => new Script(ScriptForm.Conversion, conversion.Function, JsonData.Object(
            ("value", conversion.Payload),
            ("output", conversion.Payload),
            ("data", JsonData.Object((ConnectionDefinition.DefaultOutputKey, conversion.Payload))))))],
        TimeLimit = TimeLimit,
    };

    /// <summary>Null when every payload was converted.</summary>
    public static NodeFailure? FailureIn(CodeResult result, Func<int, string> sourceOf) => result.ErrorCode is null
        ? null
        : new(
            ErrorCode, $"The conversion function of the connection from '{sourceOf(result.Script)}': {result.Message}", result.IsRetryable, JsonData.Object(
                ("cause", result.ErrorCode), ("from_node", sourceOf(result.Script)), ("line", result.Line), ("column", result.Column)));
}
