using Contract = AiTeams.Contracts.HumanInTheLoop.V1.HumanInTheLoop;

namespace AiTeams.HumanInTheLoop;

/// <summary>What other services ask of human-in-the-loop. A method not overridden here answers UNIMPLEMENTED.</summary>
internal sealed class HumanInTheLoopCalls : Contract.HumanInTheLoopBase;
