using AiTeams.WorkflowEngine.Core.Data;
using AiTeams.WorkflowEngine.Core.Executions;

namespace AiTeams.WorkflowEngine.Core.Nodes;

/// <summary>
/// HUMAN_IN_THE_LOOP: asks people and waits for what human-in-the-loop makes of their answers. It goes on by <c>confirmed</c>, <c>rejected</c>,
/// <c>unrelated</c> or <c>timeout</c> with the whole answer and the content as it came in, or fails: nobody answered in time and that is a failure, the
/// question was withdrawn, or it could not be put (domain sections 3.6 and 6.4).
/// </summary>
internal sealed class InteractionNode(string channel, string interactionType) : NodeBehaviour
{
    public const string Confirmed = "confirmed", Rejected = "rejected", Unrelated = "unrelated", TimedOut = "timeout";

    private static readonly string[] Ports = [Confirmed, Rejected, Unrelated, TimedOut];

    public override IEnumerable<(string Parameter, string Message)> Check(JsonData configuration) =>
        QuestionRules.Check(configuration, channel, QuestionBuilder.TypeOf(configuration, interactionType));

    public override NodeStep Begin(NodeContext node)
    {
        var configuration = node.Configuration;
        var (parameter, message) = QuestionRules.Check(configuration, channel, QuestionBuilder.TypeOf(configuration, interactionType)).FirstOrDefault();
        return parameter is null
            ? new NodeStep.Ask(QuestionBuilder.Build(node, channel, interactionType))
            : new NodeStep.Failed(new("invalid_question", $"{parameter}: {message}"));
    }

    /// <summary>
    /// What became of the question: <c>outcome</c> (a port, or <c>failed</c> with <c>error_code</c> and <c>error_message</c>) and <c>answer</c>, the output object
    /// of domain section 6.4. Null when it says neither.
    /// </summary>
    public override NodeStep? AfterSignal(NodeContext node, JsonData data)
    {
        var outcome = data["outcome"].Text;
        if (outcome == "failed")
        {
            return new NodeStep.Failed(new(
                data["error_code"].Text ?? "interaction_failed", data["error_message"].Text ?? "The question was not answered.", IsRetryable: false, data["answer"]));
        }

        if (outcome is null || !Ports.Contains(outcome))
        {
            return null;
        }

        var answer = data["answer"];
        var content = answer["content"];
        var payload = new JsonObjectBuilder().SetAll(answer.IsObject ? answer : JsonData.EmptyObject);
        payload.Set("content", content.IsMissing ? QuestionBuilder.ContentOf(node) : content);
        payload.Set("ai_classification", outcome);
        payload.Set("user_response", answer["user_response"].IsNull ? "" : answer["user_response"]);
        return new NodeStep.Completed(JsonData.Object((outcome, payload.Build())));
    }
}
