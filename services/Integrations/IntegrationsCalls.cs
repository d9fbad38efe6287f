using AiTeams.Contracts.Integrations.V1;
using AiTeams.Integrations.Database;
using AiTeams.Integrations.Http;
using AiTeams.Integrations.Mail;
using Grpc.Core;
using Contract = AiTeams.Contracts.Integrations.V1.Integrations;

namespace AiTeams.Integrations;

/// <summary>What other services ask of the integrations: one line per call. A method not overridden here answers UNIMPLEMENTED.</summary>
internal sealed class IntegrationsCalls(SendHttp sendHttp, QueryDatabase queryDatabase, SendMail sendMail, ReadMailbox readMailbox) : Contract.IntegrationsBase
{
    public override Task<SendHttpResponse> SendHttp(SendHttpRequest request, ServerCallContext context) =>
        sendHttp.HandleAsync(request, context.CancellationToken);

    public override Task<QueryDatabaseResponse> QueryDatabase(QueryDatabaseRequest request, ServerCallContext context) =>
        queryDatabase.HandleAsync(request, context.CancellationToken);

    public override Task<SendMailResponse> SendMail(SendMailRequest request, ServerCallContext context) =>
        sendMail.HandleAsync(request, context.CancellationToken);

    public override Task ReadMailbox(ReadMailboxRequest request, IServerStreamWriter<ReadMailboxResponse> responseStream, ServerCallContext context) =>
        readMailbox.HandleAsync(request, responseStream, context.CancellationToken);
}
