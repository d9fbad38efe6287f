using AiTeams.WorkflowEngine.Core.Executions;
using AiTeams.WorkflowEngine.Core.Nodes;

namespace AiTeams.WorkflowEngine.Core.Tests.Nodes;

/// <summary>What question a configuration comes to.</summary>
public sealed class QuestionTests
{
    private static Question Of(string kind, string configuration, string data = """{"content":"the brief"}""") =>
        ((NodeStep.Ask)Assert.Single(Run.Of(Draft(kind, configuration), data).Pending).Step).What;

    private static Draft Draft(string kind, string configuration) =>
        Tests.Draft.Manual().Node("ask", $"HUMAN_IN_THE_LOOP.{kind}", configuration).Connect("start -> ask");

    private static IEnumerable<string> Problems(string kind, string configuration) => Draft(kind, configuration).Validate().Errors.Select(problem => problem.Message);

    [Fact]
    public void Slack_asks_in_its_channel_and_keeps_its_token_apart()
    {
        var question = Of("SLACK_INTERACTION", """{"channel":"#ops","bot_token":"xoxb-1","clarification_question_template":"Ship {{content}}?","timeout_minutes":5}""");

        Assert.Equal(("approval", "slack", Run.Noon.AddMinutes(5)), (question.InteractionType, question.ChannelType, question.TimeoutAt));
        Assert.Equal(("Ship the brief?", "#ops"), (question.RequestData["message"].Text, question.RequestData["channels"]["slack"]["channel"].Text));
        Assert.Equal("xoxb-1", question.Secrets["slack"]["bot_token"].Text);
        Assert.DoesNotContain("xoxb-1", question.RequestData.ToString());
    }

    [Fact]
    public void The_default_question_holds_the_content()
        => Assert.Equal(
            "Please review this and answer yes or no: the brief",
            Of("SLACK_INTERACTION", """{"channel":"#ops","bot_token":"x"}""").RequestData["message"].Text);

    [Fact]
    public void A_review_goes_to_its_reviewers_by_mail_when_they_have_addresses_and_to_inboxes_when_they_are_users()
    {
        var user = Guid.CreateVersion7();
        var question = Of("MANUAL_REVIEW", $$"""
            {"review_type":"legal_review","review_title":"Terms","review_description":"Are they right?","reviewers":["ada@example.org","{{user}}"],
             "review_criteria":["complete"],"channels":["email"],"consensus_required":true,"review_deadline":7200}
            """);

        Assert.Equal(("review", "in_app", Run.Noon.AddHours(2)), (question.InteractionType, question.ChannelType, question.TimeoutAt));
        Assert.Equal([user], question.Assignees);
        Assert.Equal("""["ada@example.org"]""", question.RequestData["channels"]["email"]["to"].ToString());
        Assert.Equal(2, question.RequestData["required_answers"]);
    }

    [Fact]
    public void A_webhook_is_told_where_and_its_secret_and_headers_stay_hidden()
    {
        var question = Of("IN_APP_APPROVAL", """
            {"channel_type":"webhook","channel_config":{"url":"https://example.org/hook","secret":"whsec_abc","headers":{"x-key":"k"}}}
            """);

        Assert.Equal(("webhook", "https://example.org/hook"), (question.ChannelType, question.RequestData["channels"]["webhook"]["url"].Text));
        Assert.Equal(("whsec_abc", "k"), (question.Secrets["webhook"]["secret"].Text, question.Secrets["webhook"]["headers"]["x-key"].Text));
        Assert.DoesNotContain("whsec_abc", question.RequestData.ToString());
    }

    [Fact]
    public void People_are_reminded_a_quarter_of_an_hour_before_the_end_unless_it_says_otherwise()
    {
        Assert.Equal(Run.Noon.AddMinutes(45), Of("IN_APP_APPROVAL", "{}").RemindAt);
        Assert.Equal(Run.Noon.AddMinutes(59), Of("IN_APP_APPROVAL", """{"remind_seconds_before":60}""").RemindAt);
        Assert.Null(Of("IN_APP_APPROVAL", """{"remind_seconds_before":0}""").RemindAt);
        Assert.Null(Of("IN_APP_APPROVAL", """{"timeout_seconds":600}""").RemindAt);
    }

    [Fact]
    public void Escalation_asks_others_when_the_time_is_up()
    {
        var question = Of("IN_APP_APPROVAL", """
            {"timeout_seconds":600,"timeout_action":"escalate","escalation":{"to":["boss@example.org"],"timeout_seconds":300,"then":"continue"}}
            """);

        Assert.Equal(("escalate", Run.Noon.AddSeconds(600)), (question.TimeoutAction, question.TimeoutAt));
        Assert.Equal(("continue", "2026-03-01T12:15:00.000Z"),
            (question.RequestData["escalation"]["then"].Text, question.RequestData["escalation"]["until"].Text));
    }

    [Fact]
    public void A_reviews_rules_escalate_before_its_deadline()
    {
        var question = Of("MANUAL_REVIEW", """
            {"review_type":"legal_review","review_title":"t","review_description":"d","reviewers":["a@example.org"],"review_criteria":["c"],
             "escalation_rules":{"enable_escalation":true,"escalation_after_hours":1,"escalation_recipients":["b@example.org"]}}
            """);

        Assert.Equal(("escalate", Run.Noon.AddHours(1)), (question.TimeoutAction, question.TimeoutAt));
        Assert.Equal(("fail", "2026-03-02T12:00:00.000Z"), (question.RequestData["escalation"]["then"].Text, question.RequestData["escalation"]["until"].Text));
    }

    [Theory]
    [InlineData("IN_APP_APPROVAL", """{"interaction_type":"selection"}""", "options to choose from")]
    [InlineData("IN_APP_APPROVAL", """{"interaction_type":"selection","selection_options":[{"value":"a"},{"value":"a"}]}""", "same value")]
    [InlineData("IN_APP_APPROVAL", """{"interaction_type":"input","input_fields":[{"name":"1st"}]}""", "does not begin with a digit")]
    [InlineData("IN_APP_APPROVAL", """{"interaction_type":"input","input_fields":[{"name":"a","field_type":"colour"}]}""", "no type of field")]
    [InlineData("IN_APP_APPROVAL", """{"channels":["pigeon"]}""", "'pigeon' is no channel")]
    [InlineData("IN_APP_APPROVAL", """{"channels":["webhook"]}""", "webhook.url")]
    [InlineData("IN_APP_APPROVAL", """{"channels":["webhook"],"channel_config":{"webhook":{"url":"https://a.example"}}}""", "webhook.secret")]
    [InlineData("IN_APP_APPROVAL", """{"timeout_action":"default_response"}""", "the answer that is taken then")]
    [InlineData("IN_APP_APPROVAL", """{"timeout_action":"escalate"}""", "escalation.to")]
    [InlineData("IN_APP_APPROVAL", """{"required_answers":2,"approvers":["a@example.org"]}""", "2 answers are wanted of 1 people")]
    [InlineData("IN_APP_APPROVAL", """{"approval_options":["a","b","c"]}""", "two options")]
    public void A_question_nobody_could_answer_is_refused_when_it_is_saved(string kind, string configuration, string problem)
        => Assert.Contains(Problems(kind, configuration), message => message.Contains(problem, StringComparison.Ordinal));

    [Fact]
    public void What_only_turns_out_when_it_is_rendered_fails_the_node()
    {
        var run = Run.Of(Draft("IN_APP_APPROVAL", """{"interaction_type":"selection","selection_options":"{{$json.choices}}"}"""), """{"choices":[]}""");

        Assert.Equal((ExecutionStatus.Error, "invalid_question"), (run.State.Outcome, run.State.Failure?.Cause.Code));
    }
}
