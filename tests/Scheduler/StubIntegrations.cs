using System.Collections.Concurrent;
using AiTeams.Contracts.Integrations.V1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Contract = AiTeams.Contracts.Integrations.V1.Integrations;

namespace AiTeams.Scheduler.Tests;

/// <summary>A mailbox as integrations would find it: its messages by number, and what goes wrong.</summary>
internal sealed class StubMailbox
{
    private readonly List<MailboxMessage> _messages = [];

    public uint UidValidity { get; set; } = 7;

    public uint UidNext { get; private set; } = 1;

    /// <summary>What every look gets after the state; null for none.</summary>
    public MailFailure? Failure { get; set; }

    /// <summary>Every look breaks off after so many messages.</summary>
    public int BreaksAfter { get; set; } = -1;

    public ConcurrentQueue<ReadMailboxRequest> Looks { get; } = new();

    public void Add(byte[] raw, DateTimeOffset? receivedAt = null, bool isTooLarge = false)
    {
        lock (_messages)
        {
            _messages.Add(new MailboxMessage
            {
                Uid = UidNext++,
                Raw = ByteString.CopyFrom(raw),
                IsTooLarge = isTooLarge,
                ReceivedAt = Timestamp.FromDateTimeOffset(receivedAt ?? DateTimeOffset.UtcNow),
            });
        }
    }

    /// <summary>The same messages under new numbers, in the opposite order.</summary>
    public void Renumber()
    {
        lock (_messages)
        {
            UidValidity++;
            _messages.Reverse();
            UidNext = 1;
            foreach (var message in _messages)
            {
                message.Uid = UidNext++;
            }
        }
    }

    /// <summary>As Integrations.ReadMailbox answers.</summary>
    public List<ReadMailboxResponse> Answer(ReadMailboxRequest request)
    {
        lock (_messages)
        {
            Looks.Enqueue(request);
            var isNew = request.UidValidity != 0 && request.UidValidity != UidValidity;
            List<ReadMailboxResponse> answer = [new() { State = new MailboxState { UidValidity = UidValidity, UidNext = UidNext, IsNew = isNew } }];
            if (request.UidValidity != 0 && !isNew)
            {
                answer.AddRange(_messages.Where(message => message.Uid > request.AfterUid).Take(request.MaxMessages)
                    .Select(message => new ReadMailboxResponse { Message = message }));
            }

            if (Failure is not null)
            {
                answer.Add(new() { Failure = Failure });
            }

            return answer;
        }
    }
}

/// <summary>Integrations as the scheduler sees them: mailboxes by the name of their server.</summary>
internal sealed class StubIntegrations : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Calls _calls;

    private StubIntegrations(WebApplication app, Calls calls) => (_app, _calls) = (app, calls);

    public string Address => _app.Urls.Single();

    /// <summary>The mailbox at a server of that name, made when it is not there.</summary>
    public StubMailbox Mailbox(string host) => _calls.Mailboxes.GetOrAdd(host, _ => new StubMailbox());

    public static async Task<StubIntegrations> StartAsync()
    {
        var calls = new Calls();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(calls);
        var app = builder.Build();
        app.MapGrpcService<Calls>();
        await app.StartAsync();
        return new StubIntegrations(app, calls);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    internal sealed class Calls : Contract.IntegrationsBase
    {
        public ConcurrentDictionary<string, StubMailbox> Mailboxes { get; } = new();

        public override async Task ReadMailbox(ReadMailboxRequest request, IServerStreamWriter<ReadMailboxResponse> responseStream, ServerCallContext context)
        {
            var mailbox = Mailboxes.GetValueOrDefault(request.Server.Host) ?? throw new RpcException(new Status(StatusCode.Unavailable, "away"));
            var left = mailbox.BreaksAfter;
            foreach (var part in mailbox.Answer(request))
            {
                if (part.Message is not null && left-- == 0)
                {
                    throw new RpcException(new Status(StatusCode.Unavailable, "broke off"));
                }

                await responseStream.WriteAsync(part, context.CancellationToken);
            }
        }
    }
}
