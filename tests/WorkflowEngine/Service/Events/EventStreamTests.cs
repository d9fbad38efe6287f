using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using AiTeams.Testing;
using AiTeams.WorkflowEngine.Events;
using AiTeams.WorkflowEngine.Tests.Definitions;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace AiTeams.WorkflowEngine.Tests.Events;

/// <summary>The stream as a client sees it on the wire.</summary>
[Collection(DefinitionApi.Name)]
public sealed class EventStreamTests(DefinitionApi api)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Who_has_seen_the_end_of_a_run_is_told_not_to_come_again()
    {
        var user = await api.NewUserAsync();
        var workflow = await user.CreatedAsync(Documents.Minimal());
        var execution = (string)(await user.SendAsync(HttpMethod.Post, $"{TestUser.Workflows}/{workflow}/executions", new JsonObject(), ("Prefer", "wait=30")))
            .Expect(HttpStatusCode.OK).Json["execution_id"]!;
        var story = await user.Http.GetStringAsync($"{TestUser.Executions}/{execution}/events");
        var last = story.Split('\n').Last(line => line.StartsWith("id: ", StringComparison.Ordinal))[4..];

        Assert.Contains("event: execution_completed", story, StringComparison.Ordinal);
        (await user.GetAsync($"{TestUser.Executions}/{execution}/events", ("Last-Event-ID", last))).Expect(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task The_stream_ends_with_the_token_that_opened_it()
    {
        var user = await api.NewUserAsync();
        var execution = await api.NewExecutionAsync(user, await user.CreatedAsync(Documents.Minimal()));
        using var client = new HttpClient { BaseAddress = api.Host.HttpAddress };
        client.DefaultRequestHeaders.Authorization = new("Bearer", TestIdentity.Token(user.Id, life: TimeSpan.FromSeconds(2)));

        using var response = await client.GetAsync($"{TestUser.Executions}/{execution}/events", HttpCompletionOption.ResponseHeadersRead);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync());
        var read = 0;
        while (await lines.ReadLineAsync().WaitAsync(Patience) is not null)
        {
            read++;
        }

        Assert.True(read > 5, "the stored events came first");
    }

    [Fact]
    public async Task A_client_that_never_reads_costs_no_memory_and_nobody_else_anything_and_is_hung_up_on()
    {
        const int Lines = 10_000;
        var user = await api.NewUserAsync();
        var execution = await api.NewExecutionAsync(user, await user.CreatedAsync(Documents.Minimal()));
        using var deaf = await DeafAsync(user, execution);
        using var reading = new CancellationTokenSource();
        var read = 0;
        var reader = ReadAsync(user, execution, () => Interlocked.Increment(ref read), reading.Token);
        await Eventually.AssertAsync(() => Volatile.Read(ref read) == 5, Patience, "the reader is there");

        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var first = 6; first <= Lines; first += 500)
        {
            // 4 KB each: 40 MB, far beyond what sockets buffer.
            await api.ExecuteAsync(
                """
                INSERT INTO workflow_execution_logs (execution_id, user_id, sequence, event_type, message)
                SELECT $1, $2, n, 'separator', repeat('x', 4000) FROM generate_series($3::bigint, $3::bigint + 499) AS n
                """,
                execution, user.Id, (long)first);
            api.Host.Services.GetRequiredService<ExecutionSignals>().Raise(execution);
        }

        await Eventually.AssertAsync(() => Volatile.Read(ref read) >= Lines, Patience, "the one who reads has every line");
        var grown = GC.GetTotalMemory(forceFullCollection: true) - before;

        Assert.InRange(grown, long.MinValue, 20_000_000);                  // half of what was written; two watchers' pages and the shared tail are 5 MB
        await Eventually.AssertAsync(() => IsHungUp(deaf), Patience, "the deaf client was hung up on");
        await reading.CancelAsync();
        await reader;
    }

    private async Task<Socket> DeafAsync(TestUser user, string execution)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
        await socket.ConnectAsync(IPAddress.Loopback, api.Host.HttpAddress.Port);
        await socket.SendAsync(Encoding.ASCII.GetBytes(
            $"GET {TestUser.Executions}/{execution}/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TestIdentity.Token(user.Id)}\r\n\r\n"));
        return socket;
    }

    // A reset shows when something is sent; what the server had sent before stays unread.
    private static bool IsHungUp(Socket socket)
    {
        try
        {
            socket.Send("x"u8);
            return false;
        }
        catch (SocketException)
        {
            return true;
        }
    }

    private static async Task ReadAsync(TestUser user, string execution, Action saw, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await user.Http.GetAsync($"{TestUser.Executions}/{execution}/events", HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(cancellationToken));
            while (await lines.ReadLineAsync(cancellationToken) is { } line)
            {
                if (line.StartsWith("id: ", StringComparison.Ordinal))
                {
                    saw();
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // has seen enough
        }
    }
}
