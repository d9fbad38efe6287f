using Contract = AiTeams.Contracts.Integrations.V1.Integrations;

namespace AiTeams.Integrations;

/// <summary>What other services ask of the integrations. A method not overridden here answers UNIMPLEMENTED.</summary>
internal sealed class IntegrationsCalls : Contract.IntegrationsBase;
