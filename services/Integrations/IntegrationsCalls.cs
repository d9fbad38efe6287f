using AiTeams.Contracts.Integrations.V1;
using AiTeams.Integrations.Database;
using AiTeams.Integrations.Http;
using Grpc.Core;
using Contract = AiTeams.Contracts.Integrations.V1.Integrations;

namespace AiTeams.Integrations;

/// <summary>What other services ask of the integrations: one line per call. A method not overridden here answers UNIMPLEMENTED.</summary>
internal sealed class IntegrationsCalls(SendHttp sendHttp, QueryDatabase queryDatabase) : Contract.IntegrationsBase
{
    public override Task<SendHttpResponse> SendHttp(SendHttpRequest request, ServerCallContext context) =>
        sendHttp.HandleAsync(request, context.CancellationToken);

    public override Task<QueryDatabaseResponse> QueryDatabase(QueryDatabaseRequest request, ServerCallContext context) =>
        queryDatabase.HandleAsync(request, context.CancellationToken);
}
