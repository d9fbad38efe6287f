using AiTeams.WorkflowEngine.Core.Executions;

namespace AiTeams.WorkflowEngine.Core.Tests.Nodes;

public sealed class InteractionNodeTests
{
    private const string Approval = "HUMAN_IN_THE_LOOP.IN_APP_APPROVAL";

    private static Draft Asking(string configuration = "{}", string kind = Approval, string extras = "{}") => Draft.Manual()
        .Node("ask", kind, configuration, extras).Step("yes").Step("no").Step("late").Step("wrong")
        .Connect("start -> ask", "ask.confirmed -> yes", "ask.rejected -> no", "ask.timeout -> late", "ask.error -> wrong");

    private static string Outcome(string outcome, string more = "") => $$"""{"outcome":"{{outcome}}","answer":{"user_response":"fine","status":"responded"}{{more}}}""";

    [Fact]
    public void It_waits_for_a_person_until_somebody_has_answered()
    {
        var run = Run.Of(Asking(), """{"content":"the brief"}""");

        Assert.Equal((ExecutionStatus.WaitingForHuman, NodeStatus.WaitingInput, 1), (run.State.Status, run.Status("ask"), run.State.Asking));

        run.Signal("ask", Outcome("confirmed"));

        Assert.Equal(ExecutionStatus.Success, run.State.Outcome);
        Assert.Equal((NodeStatus.Success, NodeStatus.Skipped), (run.Status("yes"), run.Status("no")));
        var payload = run.Output("ask", "confirmed");
        Assert.Equal(("the brief", "confirmed", "fine"), (payload["content"].Text, payload["ai_classification"].Text, payload["user_response"].Text));
        Assert.Equal(0, run.State.Asking);
    }

    [Theory]
    [InlineData("rejected", "no")]
    [InlineData("timeout", "late")]
    public void It_goes_on_by_what_was_made_of_the_answer(string outcome, string next)
    {
        var run = Run.Of(Asking()).Signal("ask", Outcome(outcome));

        Assert.Equal((ExecutionStatus.Success, NodeStatus.Success), (run.State.Outcome, run.Status(next)));
    }

    [Theory]
    [InlineData("approved", "confirmed")]
    [InlineData("completed", "confirmed")]
    [InlineData("filtered", "unrelated")]
    public void A_connection_may_use_the_documents_name_of_a_port(string alias, string port)
    {
        var draft = Draft.Manual().Node("ask", Approval).Step("next").Connect("start -> ask", $"ask.{alias} -> next");

        Assert.True(draft.Validate().IsValid);
        Assert.Equal(NodeStatus.Success, Run.Of(draft).Signal("ask", Outcome(port)).Status("next"));
    }

    [Fact]
    public void What_cannot_be_answered_fails_the_node_and_says_why()
    {
        var failed = """{"outcome":"failed","error_code":"interaction_timeout","error_message":"Nobody answered."}""";

        var stopped = Run.Of(Asking()).Signal("ask", failed);
        var goesOn = Run.Of(Asking(extras: """{"on_error":"CONTINUE_ERROR_OUTPUT_ON_ERROR"}""")).Signal("ask", failed);

        Assert.Equal((ExecutionStatus.Error, "interaction_timeout"), (stopped.State.Outcome, stopped.State.Failure?.Cause.Code));
        Assert.Equal((ExecutionStatus.Success, NodeStatus.Success), (goesOn.State.Outcome, goesOn.Status("wrong")));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"outcome":"perhaps"}""")]
    [InlineData("""{"outcome":"iteration","answer":{}}""")]
    [InlineData("\"confirmed\"")]
    public void What_is_no_answer_of_human_in_the_loop_leaves_it_waiting(string data)
    {
        var run = Run.Of(Asking());

        Assert.False(run.State.Signal(new("ask"), JsonData.Parse(data), run.Now));
        Assert.Equal(ExecutionStatus.WaitingForHuman, run.State.Status);
    }

    [Fact]
    public void The_content_goes_on_as_whoever_answered_has_changed_it()
    {
        var run = Run.Of(Asking(), """{"content":"draft"}""").Signal("ask", """{"outcome":"confirmed","answer":{"content":"better"}}""");

        Assert.Equal("better", run.Output("ask", "confirmed")["content"].Text);
    }

    [Fact]
    public void A_timer_beside_it_does_not_make_it_something_else_than_a_wait_for_a_person()
    {
        var run = Run.Of(Draft.Manual().Node("ask", Approval).Node("rest", "FLOW.DELAY", """{"duration_seconds":30}""").Connect("start -> ask", "start -> rest"));
        Assert.Equal(ExecutionStatus.WaitingForHuman, run.State.Status);

        run.State.Control(new ControlCommand(ControlKind.Pause), run.Now);
        Assert.Equal(ExecutionStatus.Paused, run.State.Status);

        run.State.Control(new ControlCommand(ControlKind.Resume), run.Now);
        run.Signal("ask", Outcome("confirmed"));
        Assert.Equal(ExecutionStatus.Paused, run.State.Status);
    }

    [Fact]
    public void In_a_loop_every_iteration_asks_and_is_answered_by_itself()
    {
        var run = Run.Of(Draft.Manual().Node("each", "FLOW.FOR_EACH", """{"items_source":"[\"a\",\"b\",\"c\"]","concurrency":3}""")
            .Node("ask", Approval, """{"title":"{{$loop.item}}?"}""").Connect("start -> each", "each.iteration -> ask"));
        Assert.Equal(["a?", "b?", "c?"], run.Pending.Select(step => ((NodeStep.Ask)step.Step).What.RequestData["title"].Text));

        foreach (var (iteration, outcome) in new[] { (1L, "rejected"), (0L, "confirmed"), (2L, "confirmed") })
        {
            Assert.True(run.State.Signal(new("ask", iteration), JsonData.Parse(Outcome(outcome)), run.Now));
            run.Advance();
        }

        Assert.Equal(ExecutionStatus.Success, run.State.Outcome);
        Assert.Equal("rejected", run.Row("ask", 1).Output["rejected"]["ai_classification"].Text);
    }

    [Fact]
    public void After_a_restart_it_goes_on_waiting_and_asks_nobody_again()
    {
        var run = Run.Of(Asking(), """{"content":"x"}""");
        var workflow = Asking().Compile();

        var restored = ExecutionState.Restore(workflow, Run.StartOf(JsonData.Parse("""{"content":"x"}""")), [.. run.Rows], Run.Noon);

        Assert.Empty(restored.Advance(Run.Noon));
        Assert.Equal((ExecutionStatus.WaitingForHuman, 1), (restored.Status, restored.Asking));
        Assert.True(restored.Signal(new("ask"), JsonData.Parse(Outcome("confirmed")), Run.Noon));
        restored.Advance(Run.Noon);
        Assert.Equal(ExecutionStatus.Success, restored.Outcome);
    }

    [Fact]
    public void When_the_run_ends_its_questions_are_canceled()
    {
        var run = Run.Of(Asking());

        run.State.Cancel(run.Now);
        run.Save();

        Assert.Equal((NodeStatus.Canceled, 0), (run.Status("ask"), run.State.Asking));
    }
}
