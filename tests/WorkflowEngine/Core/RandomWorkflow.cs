using AiTeams.WorkflowEngine.Core.Graph;

namespace AiTeams.WorkflowEngine.Core.Tests;

/// <summary>
/// A random valid workflow of what runs on Core alone: branches, joins, loops in loops, waits, calls that may be tried again, disabled
/// nodes, every error strategy, and where it is wanted questions to people. Edges lead from earlier nodes to later ones, so there is no cycle. Each call's address names its node.
/// </summary>
internal sealed class RandomWorkflow
{
    private static readonly string[] Strategies =
        ["STOP_WORKFLOW_ON_ERROR", "CONTINUE_REGULAR_OUTPUT_ON_ERROR", "CONTINUE_ERROR_OUTPUT_ON_ERROR", "CONTINUE_ERROR_OUTPUT_ON_ERROR"];

    private readonly Dice _dice;
    private readonly Draft _draft = Draft.Manual();
    private readonly bool _mayAsk;
    private int _count;

    private RandomWorkflow(Dice dice, bool mayTimeOut, bool mayAsk)
    {
        _dice = dice;
        _mayAsk = mayAsk;
        if (mayTimeOut && dice.OneIn(6))
        {
            _draft.With("settings", $$"""{"timeout":{{3 + dice.Next(40)}}}""");
        }

        Grow([("start", ["result"])], 1 + dice.Next(9), depth: 0);
    }

    /// <param name="mayTimeOut">Whether the whole run may have a limit: then what it comes to depends on the clock.</param>
    public static CompiledWorkflow Grow(int seed, bool mayTimeOut = false) => Document(seed, mayTimeOut).Compile();

    /// <param name="mayAsk">Whether there are nodes that ask people.</param>
    public static Draft Document(int seed, bool mayTimeOut = false, bool mayAsk = false)
    {
        // A few of the edges thrown make no sense to the validator (into a loop from its own end, say): throw again.
        for (var dice = new Dice(seed); ; dice = dice.Fork())
        {
            var draft = new RandomWorkflow(dice, mayTimeOut, mayAsk)._draft;
            if (draft.Validate().IsValid)
            {
                return draft;
            }
        }
    }

    /// <summary>Adds nodes fed by those that stand around them; the first is always connected to one of them.</summary>
    private void Grow(List<(string Id, string[] Ports)> around, int count, int depth)
    {
        for (var at = 0; at < count; at++)
        {
            var id = $"n{_count++}";
            var ports = Node(id);
            var edges = at == 0 ? 1 + _dice.Next(2) : _dice.Next(4);
            var first = around.Count - 1 - (at == 0 ? 0 : _dice.Next(around.Count));
            for (var edge = 0; edge < edges; edge++)
            {
                var (from, choices) = around[edge == 0 ? first : _dice.Next(around.Count)];
                _draft.Connect($"{from}.{_dice.Pick(choices)} -> {id}");
            }

            if (ports.Contains("iteration"))
            {
                if (depth < 2 && _count < 14)
                {
                    Grow([.. around.Where(_ => _dice.OneIn(8)), (id, ["iteration"])], 1 + _dice.Next(3), depth + 1);
                }

                ports = ["completed", "result"];
            }

            around.Add((id, ports));
        }
    }

    private string[] Node(string id)
    {
        var extras = $$"""{"on_error":"{{_dice.Pick(Strategies)}}","disabled":{{(_dice.OneIn(10) ? "true" : "false")}}}""";
        var (kind, configuration, ports) = Kind(id);
        _draft.Node(id, kind, configuration, extras);
        return ports;
    }

    private (string Kind, string Configuration, string[] Ports) Kind(string id)
    {
        if (_mayAsk && _dice.OneIn(4))
        {
            return ("HUMAN_IN_THE_LOOP.IN_APP_APPROVAL", """{"title":"May it?","timeout_seconds":60}""", ["confirmed", "approved", "rejected", "timeout"]);
        }

        switch (_dice.Next(15))
        {
            case 0:
                return ("FLOW.IF", $$"""{"condition_expression":"{{_dice.Pick("true", "false", "$json.n == 1", "$json.a.b > len(5)")}}"}""", ["true", "false"]);
            case 1 or 2:
                return ("FLOW.DELAY", $$"""{"duration_seconds":{{_dice.Pick("0", "0.1", "1", "4", "9")}}}""", ["result"]);
            case 3 or 4 or 5 or 6:
                return ("ACTION.HTTP_REQUEST", $$$"""
                    {"method":"POST","url":"http://outside.test/{{{id}}}","retry_attempts":{{{_dice.Next(3)}}},"retry_backoff_seconds":{{{_dice.Next(3)}}},
                     "retry_jitter_seconds":0.5,"timeout":{{{2 + _dice.Next(8)}}}}
                    """, ["result", "error"]);
            case 7:
                return ("FLOW.FOR_EACH", $$"""
                    {"items_source":"{{_dice.Pick("[1,2,3]", "[1]", "[]", "[7,8]")}}","concurrency":{{1 + _dice.Next(3)}},"break_on_error":{{_dice.Pick("true", "false")}}}
                    """, ["iteration"]);
            case 8:
                return ("FLOW.LOOP", $$"""{"end_value":{{_dice.Next(3)}},"break_on_error":{{_dice.Pick("true", "false")}}}""", ["iteration"]);
            case 9:
                return ("FLOW.WHILE", $$"""{"condition_expression":"$loop.index < {{_dice.Next(4)}}","break_on_error":{{_dice.Pick("true", "false")}}}""", ["iteration"]);
            case 10:
                return ("FLOW.WAIT", $$"""
                    {"wait_condition":"{{_dice.Pick("true", "false")}}","check_interval_seconds":{{1 + _dice.Next(3)}},"timeout_seconds":{{1 + _dice.Next(7)}}}
                    """, ["completed", "timeout"]);
            case 11:
                return ("FLOW.SWITCH", """{"switch_value":"$json.n","cases":[{"value":1,"output":"one"},{"value":2}]}""", ["one", "case_1", "default"]);
            case 12:
                return ("FLOW.TIMEOUT", $$"""{"condition_expression":"{{_dice.Pick("true", "false")}}","timeout_seconds":{{1 + _dice.Next(5)}}}""", ["completed", "timeout"]);
            default:
                return ("FLOW.MERGE", $$"""{"timeout_seconds":{{1 + _dice.Next(6)}}}""", ["result", "error"]);
        }
    }
}
