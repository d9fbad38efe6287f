using System.Text.Json.Nodes;
using AiTeams.Testing;

namespace AiTeams.Scheduler.Tests.Mail;

/// <summary>The whole way: a real IMAP server, the real integrations, and a scheduler that reads through them.</summary>
public sealed class RealMailboxTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_message_in_a_real_mailbox_starts_the_workflow_once_and_stays_as_it_was()
    {
        await using var servers = await MailServers.StartAsync();
        var api = new SchedulerApi { ReadsRealMailboxes = true };
        try
        {
            await api.InitializeAsync();
            await PlayAsync(servers, api);
        }
        finally
        {
            await api.DisposeAsync();
        }
    }

    private static async Task PlayAsync(MailServers servers, SchedulerApi api)
    {
        var address = $"{Guid.NewGuid():N}@example.org";
        await servers.DeliverAsync(address, SentMail.Message(address, "old@example.com"));

        var configuration = SentMail.ByImap("127.0.0.1");
        configuration["server_config"] = new JsonObject { ["host"] = "127.0.0.1", ["port"] = servers.ImapPort, ["security"] = "none" };
        configuration["credentials"] = new JsonObject { ["username"] = address, ["password"] = MailServers.Password };
        var (_, workflow) = await api.DeployAsync(configuration);
        await LookedAsync();
        await servers.DeliverAsync(address, SentMail.Message(address, "new@example.com"));
        await DueAsync();
        await LookedAsync();
        await api.ExecuteAsync("UPDATE trigger_mailboxes SET last_uid = 1 WHERE workflow_id = $1", workflow);
        await DueAsync();
        await LookedAsync();

        var (request, times) = Assert.Single(api.Starts(workflow));
        Assert.Equal(("new@example.com", 2), ((string)SentMail.DataOf(request)["email_id"]!, times));
        Assert.True(servers.IsUntouched(address));

        Task DueAsync() => api.ExecuteAsync("UPDATE trigger_mailboxes SET checked_at = NULL, next_check_at = now() WHERE workflow_id = $1", workflow);

        Task LookedAsync() => Eventually.AssertAsync(
            async () => (await api.RowsAsync("SELECT * FROM trigger_mailboxes WHERE workflow_id = $1 AND checked_at IS NOT NULL AND error_message IS NULL", workflow)).Count == 1,
            Limit, "the mailbox has been looked into");
    }
}
