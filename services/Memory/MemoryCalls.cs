using Contract = AiTeams.Contracts.Memory.V1.Memory;

namespace AiTeams.Memory;

/// <summary>What other services ask of the memory. A method not overridden here answers UNIMPLEMENTED.</summary>
internal sealed class MemoryCalls : Contract.MemoryBase;
