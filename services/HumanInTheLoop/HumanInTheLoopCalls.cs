using AiTeams.Contracts.HumanInTheLoop.V1;
using AiTeams.HumanInTheLoop.Replies;
using Grpc.Core;
using Contract = AiTeams.Contracts.HumanInTheLoop.V1.HumanInTheLoop;

namespace AiTeams.HumanInTheLoop;

/// <summary>What other services ask of human-in-the-loop. A method not overridden here answers UNIMPLEMENTED.</summary>
internal sealed class HumanInTheLoopCalls(ReceiveSlack slack) : Contract.HumanInTheLoopBase
{
    public override async Task<ReceiveSlackResponse> ReceiveSlack(ReceiveSlackRequest request, ServerCallContext context) => new()
    {
        Taken = await slack.HandleAsync(request.ContentType, request.Body.Memory, request.Timestamp, request.Signature, context.CancellationToken),
    };
}
