using AiTeams.WorkflowEngine.Core.Executions;

namespace AiTeams.WorkflowEngine.Core.Tests.Nodes;

public sealed class StaticDataNodeTests
{
    private static Draft Keeping(string values) => Draft.Manual().Node("keep", "ACTION.STATIC_DATA", $$"""{"values":{{values}}}""")
        .Step("read", """{"input_params":{"seen":"{{$static.count}}"}}""").Node("call", "ACTION.HTTP_REQUEST", """{"url":"http://example.test/{{$static.count}}"}""")
        .Connect("start -> keep", "keep -> read", "read -> call");

    private static ExecutionState Begun(Draft draft, string kept = """{"count":1,"old":true}""") =>
        ExecutionState.Begin(draft.Compile(), Run.StartOf(JsonData.EmptyObject) with { StaticData = JsonData.Parse(kept) });

    [Fact]
    public void A_run_sees_what_was_kept_before_and_what_it_keeps_itself()
    {
        var state = Begun(Keeping("""{"count":"{{$static.count + 1}}"}"""));
        var call = (Core.Nodes.HttpCall)((NodeStep.Call)Assert.Single(state.Advance(Run.Noon)).Step).What;

        Assert.Equal("/2", call.Url.AbsolutePath);
        Assert.Equal(["""{"count":2}"""], state.DrainKept().Select(kept => kept.ToString()));
        Assert.Empty(state.DrainKept());
    }

    [Fact]
    public void A_restored_run_still_sees_it_and_keeps_it_once()
    {
        var draft = Keeping("""{"count":7}""").Compile();
        var start = Run.StartOf(JsonData.EmptyObject) with { StaticData = JsonData.Parse("""{"count":1}""") };
        var state = ExecutionState.Begin(draft, start);
        state.Advance(Run.Noon);
        var restored = ExecutionState.Restore(draft, start, state.DrainChanges(), Run.Noon);

        var call = (Core.Nodes.HttpCall)((NodeStep.Call)Assert.Single(restored.Advance(Run.Noon)).Step).What;
        Assert.Equal("/7", call.Url.AbsolutePath);
        Assert.Empty(restored.DrainKept());
    }

    [Fact]
    public void What_is_too_large_is_not_kept()
    {
        var run = Run.Of(Draft.Manual().Node("keep", "ACTION.STATIC_DATA", """{"values":{"all":"{{$json.text}}"}}""").Connect("start -> keep"),
            $$"""{"text":"{{new string('x', 300_000)}}"}""");

        Assert.Equal("too_large", run.Row("keep").Error["error_code"].Text);
        Assert.Empty(run.State.DrainKept());
    }
}
