using System.Diagnostics;
using System.Text.Json;
using AiTeams.WorkflowEngine.Core.Data;
using AiTeams.WorkflowEngine.Core.Nodes;
using AiTeams.WorkflowEngine.Sandbox.Wire;

namespace AiTeams.WorkflowEngine.Sandbox;

/// <summary>Runs the JavaScript of nodes and connections in the pool, and puts what came of it in the engine's words.</summary>
internal sealed class OutsideCode(SandboxPool sandboxes)
{
    public async Task<CodeResult> RunAsync(CodeCall call, CancellationToken cancellationToken)
    {
        var pieces = call.Scripts.Select(script => new CodePiece(FormOf(script.Form), script.Code, script.Argument.ToString()));
        var reply = await sandboxes.RunAsync(
            new([.. pieces], (int)call.TimeLimit.TotalMilliseconds, int.MaxValue, OnlyParse: false), cancellationToken);
        return reply.Outcome == CodeOutcome.Completed ? Completed(call, reply) : Failed(reply, ErrorCode(reply.Outcome), reply.Message);
    }

    internal static CodeForm FormOf(ScriptForm form) => form switch
    {
        ScriptForm.Body => CodeForm.Body,
        ScriptForm.Conversion => CodeForm.Convert,
        ScriptForm.Filter => CodeForm.Filter,
    };

    // What a child says is another's word: it may be no JSON at all, or not as many results as scripts.
    private static CodeResult Completed(CodeCall call, CodeReply reply)
    {
        try
        {
            var results = JsonData.Parse(reply.Json);
            return results.IsArray && results.Count == call.Scripts.Count
                ? new CodeResult { Results = results, Logged = reply.Console }
                : Failed(reply, "code_error", "The result cannot be read.");
        }
        catch (Exception exception) when (exception is JsonException or FormatException or InvalidOperationException)
        {
            return Failed(reply, "code_error", $"The result cannot be read: {exception.Message}");
        }
    }

    private static CodeResult Failed(CodeReply reply, string code, string message) => new()
    {
        ErrorCode = code,
        Message = message,
        IsRetryable = reply.Outcome == CodeOutcome.Unavailable,
        Script = reply.Piece,
        Line = reply.Line,
        Column = reply.Column,
        Logged = reply.Console,
    };

    // Of these only a sandbox that is not there may pass: the same code would do the same again.
    private static string ErrorCode(CodeOutcome outcome) => outcome switch
    {
        CodeOutcome.Threw => "code_error",
        CodeOutcome.TimedOut => "code_timeout",
        CodeOutcome.OutOfMemory => "code_memory",
        CodeOutcome.TooMuchOutput => "code_output_too_large",
        CodeOutcome.TooMuchInput => "code_input_too_large",
        CodeOutcome.Killed => "sandbox_killed",
        CodeOutcome.Unavailable => "sandbox_unavailable",
        CodeOutcome.Completed => throw new UnreachableException("Completed is no failure."),
    };
}
