using System.Net;
using System.Text.Json.Nodes;
using AiTeams.Contracts.Integrations.V1;
using AiTeams.Testing;
using Grpc.Core;

namespace AiTeams.Scheduler.Tests.Mail;

/// <summary>The scheduler's own duty looks; tests say when a mailbox is due and wait for what comes of it.</summary>
[Collection(SchedulerApi.Name)]
public sealed class ReadMailboxesTests(SchedulerApi api)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly string _host = $"{Guid.NewGuid():N}.example.org";

    [Fact]
    public async Task What_was_there_before_fires_nothing_and_what_comes_after_fires_once()
    {
        var mailbox = api.Integrations.Mailbox(_host);
        mailbox.Add(SentMail.Message("office", "old@example.com"));
        var (_, workflow) = await DeployAsync();

        mailbox.Add(SentMail.Message("office", "new@example.com"));
        mailbox.Add(SentMail.Message("office", "new@example.com"));
        await LookAsync(workflow);
        await LookAsync(workflow);

        var (request, times) = Assert.Single(api.Starts(workflow));
        Assert.Equal(("new@example.com", 2), ((string)SentMail.DataOf(request)["email_id"]!, times));
        Assert.Equal($"office@{_host}", (string)(await api.RowsAsync("SELECT index_key FROM trigger_index WHERE workflow_id = $1", workflow))[0]!["index_key"]!);
        var asked = mailbox.Looks.Last();
        Assert.Equal((SentMail.Password, "tls", 993, 3u), (asked.Server.Password, asked.Server.Security, asked.Server.Port, asked.AfterUid));
    }

    [Fact]
    public async Task A_scheduler_that_dies_before_it_remembers_starts_nothing_twice_and_misses_nothing()
    {
        var mailbox = api.Integrations.Mailbox(_host);
        var (_, workflow) = await DeployAsync();
        mailbox.Add(SentMail.Message("office", "first@example.com"));
        mailbox.Add(SentMail.Message("office", "second@example.com"));
        await LookAsync(workflow);

        // As a killed scheduler leaves it: fired, and nothing noted.
        await api.ExecuteAsync("UPDATE trigger_mailboxes SET last_uid = 0 WHERE workflow_id = $1", workflow);
        mailbox.Add(SentMail.Message("office", "third@example.com"));
        await LookAsync(workflow);

        Assert.Equal([1, 2, 2], api.Starts(workflow).Select(start => start.Times).Order());
    }

    [Fact]
    public async Task A_conversation_that_breaks_off_goes_on_where_it_broke_and_says_so()
    {
        var mailbox = api.Integrations.Mailbox(_host);
        var (user, workflow) = await DeployAsync();
        mailbox.Add(SentMail.Message("office", "first@example.com"));
        mailbox.Add(SentMail.Message("office", "second@example.com"));
        mailbox.BreaksAfter = 1;

        await LookAsync(workflow);

        Assert.Single(api.Starts(workflow));
        var row = await RowAsync(workflow);
        Assert.Equal((1, 1), ((int)row["last_uid"]!, (int)row["failures"]!));
        mailbox.BreaksAfter = -1;
        await LookAsync(workflow);
        Assert.Equal([1, 1], api.Starts(workflow).Select(start => start.Times));
        Assert.Equal((0, null), ((int)(await RowAsync(workflow))["failures"]!, (string?)(await RowAsync(workflow))["error_message"]));
        await Eventually.AssertAsync(async () => (await InsightAsync(user, workflow))["last_error"] is not null, Limit, "the trigger says what went wrong");
    }

    [Fact]
    public async Task A_mailbox_that_lets_nobody_in_is_tried_ever_more_seldom_and_never_shows_the_password()
    {
        var mailbox = api.Integrations.Mailbox(_host);
        mailbox.Failure = new MailFailure { Code = "authentication", Message = $"imap did not let in office with {SentMail.Password}.", Retryable = false };
        var (user, workflow) = await DeployAsync();

        var pauses = new List<double>();
        for (var round = 0; round < 3; round++)
        {
            await LookAsync(workflow);
            pauses.Add((double)(await api.RowsAsync("SELECT extract(epoch FROM next_check_at - checked_at)::float8 AS pause FROM trigger_mailboxes WHERE workflow_id = $1", workflow))[0]!["pause"]!);
        }

        Assert.Equal(pauses.Order(), pauses);
        Assert.True(pauses[2] > pauses[0] * 3, string.Join(' ', pauses));
        await Eventually.AssertAsync(async () => (await InsightAsync(user, workflow))["last_error"] is not null, Limit, "the trigger says what went wrong");
        Assert.DoesNotContain(SentMail.Password, (await InsightAsync(user, workflow)).ToJsonString(), StringComparison.Ordinal);
        Assert.DoesNotContain(SentMail.Password, (await RowAsync(workflow)).ToJsonString(), StringComparison.Ordinal);
        Assert.Contains("did not let in", (string)(await InsightAsync(user, workflow))["last_error"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mailbox_under_new_numbers_is_gone_through_again_and_only_what_is_new_fires()
    {
        var mailbox = api.Integrations.Mailbox(_host);
        mailbox.Add(SentMail.Message("office", "ancient@example.com"), DateTimeOffset.UtcNow.AddDays(-1));
        var (_, workflow) = await DeployAsync();
        mailbox.Add(SentMail.Message("office", "first@example.com"));
        await LookAsync(workflow);

        mailbox.Add(SentMail.Message("office", "second@example.com"));
        mailbox.Renumber();
        await LookAsync(workflow);
        await Eventually.AssertAsync(async () => (int)(await RowAsync(workflow))["last_uid"]! == 3, Limit, "it is gone through at once");
        mailbox.Add(SentMail.Message("office", "third@example.com"), DateTimeOffset.UtcNow.AddDays(-1));
        await LookAsync(workflow);

        Assert.Equal(
            ["first@example.com", "second@example.com", "third@example.com"],
            api.Starts(workflow).Select(start => (string)SentMail.DataOf(start.Request)["email_id"]!).Order());
        Assert.Equal((8, 4), ((int)(await RowAsync(workflow))["uid_validity"]!, (int)(await RowAsync(workflow))["last_uid"]!));
    }

    [Fact]
    public async Task More_than_one_page_is_read_at_once_and_what_is_no_message_keeps_nothing_back()
    {
        var mailbox = api.Integrations.Mailbox(_host);
        var (user, workflow) = await DeployAsync();
        for (var count = 0; count < 45; count++)
        {
            mailbox.Add(count == 7 ? [] : SentMail.Message("office", $"{count}@example.com"));
        }

        await DueAsync(workflow);

        await Eventually.AssertAsync(() => Task.FromResult(api.Starts(workflow).Count == 44), Limit, "all pages are read, one after the other");
        await Eventually.AssertAsync(
            async () => ((string?)(await InsightAsync(user, workflow))["last_error"])?.Contains("passed over", StringComparison.Ordinal) is true, Limit,
            "the one that is none is noted");
    }

    [Fact]
    public async Task Of_what_is_too_large_the_headers_fire()
    {
        var mailbox = api.Integrations.Mailbox(_host);
        var (_, workflow) = await DeployAsync();
        mailbox.Add(SentMail.Message("office", "large@example.com", text: ""), isTooLarge: true);

        await LookAsync(workflow);

        var data = SentMail.DataOf(Assert.Single(api.Starts(workflow)).Request);
        Assert.Equal(("Where is order 17?", ""), ((string)data["subject"]!, (string)data["body_text"]!));
        Assert.Contains("too large", (string)data["left_out"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Paused_it_rests_resumed_it_begins_anew_redeployed_it_goes_on_and_undeployed_it_is_forgotten()
    {
        var mailbox = api.Integrations.Mailbox(_host);
        var (user, workflow) = await DeployAsync();
        var path = $"/api/v1/app/workflows/{workflow}";
        await PostAsync($"{path}/triggers/pause");
        mailbox.Add(SentMail.Message("office", "meanwhile@example.com"));
        Assert.Empty(await api.RowsAsync("SELECT * FROM trigger_mailboxes WHERE workflow_id = $1", workflow));
        await PostAsync($"{path}/triggers/resume");
        await LookedAsync(workflow);

        mailbox.Add(SentMail.Message("office", "later@example.com"));
        var (before, newPassword) = ((string)(await RowAsync(workflow))["id"]!, SentMail.ByImap(_host));
        newPassword["credentials"]!["password"] = "another";
        await api.SaveAsync(workflow, user, 2, SchedulerApi.Trigger("mail", "EMAIL", newPassword));
        await PostAsync($"{path}/deploy");

        await Eventually.AssertAsync(() => Task.FromResult(api.Starts(workflow).Count == 1), Limit, "deployed again it is looked into at once");
        Assert.Equal("later@example.com", (string)SentMail.DataOf(api.Starts(workflow)[0].Request)["email_id"]!);
        Assert.Equal((before, "another"), ((string)(await RowAsync(workflow))["id"]!, mailbox.Looks.Last().Server.Password));
        await PostAsync($"{path}/undeploy");
        Assert.Empty(await api.RowsAsync("SELECT * FROM trigger_mailboxes WHERE workflow_id = $1", workflow));

        async Task PostAsync(string to) => Assert.Equal(HttpStatusCode.OK, (await api.PostAsync(user, to)).Status);
    }

    [Fact]
    public async Task While_the_engine_is_away_a_message_is_queued_and_the_mailbox_is_read_on()
    {
        var mailbox = api.Integrations.Mailbox(_host);
        var (_, workflow) = await DeployAsync();
        mailbox.Add(SentMail.Message("office", "first@example.com"));
        api.Engine.Refuse = request => request.WorkflowId == $"{workflow}" ? new RpcException(new Status(StatusCode.Unavailable, "away")) : null;

        await LookAsync(workflow);

        Assert.Equal(1, (int)(await RowAsync(workflow))["last_uid"]!);
        api.Engine.Refuse = null;
        await Eventually.AssertAsync(() => Task.FromResult(api.Starts(workflow).Count == 1), Limit, "it is started when the engine is back");
    }

    private async Task<(Guid User, Guid Workflow)> DeployAsync()
    {
        api.Integrations.Mailbox(_host);
        var deployed = await api.DeployAsync(SentMail.ByImap(_host));
        await LookedAsync(deployed.Workflow);
        return deployed;
    }

    /// <summary>Makes it due, and waits until it has been looked into.</summary>
    private async Task LookAsync(Guid workflow)
    {
        await DueAsync(workflow);
        await LookedAsync(workflow);
    }

    private Task DueAsync(Guid workflow) => api.ExecuteAsync("UPDATE trigger_mailboxes SET checked_at = NULL, next_check_at = now() WHERE workflow_id = $1", workflow);

    private Task LookedAsync(Guid workflow) => Eventually.AssertAsync(
        async () => (await RowAsync(workflow))["checked_at"] is not null, Limit, "the mailbox has been looked into");

    private async Task<JsonNode> RowAsync(Guid workflow) => (await api.RowsAsync("SELECT * FROM trigger_mailboxes WHERE workflow_id = $1", workflow))[0]!;

    private async Task<JsonNode> InsightAsync(Guid user, Guid workflow) =>
        (await api.GetAsync(user, $"/api/v1/app/workflows/{workflow}/triggers")).Json["triggers"]![0]!;
}
