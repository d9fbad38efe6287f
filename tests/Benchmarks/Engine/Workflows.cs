using System.Globalization;
using System.Text;

namespace AiTeams.Benchmarks.Engine;

/// <summary>The workflows that are timed.</summary>
internal static class Workflows
{
    /// <summary>A trigger and that many nodes in a row, each rendering templates over its input.</summary>
    public static string Chain(int nodes)
    {
        var list = new StringBuilder(Trigger);
        var connections = new StringBuilder();
        var from = "start";
        for (var at = 1; at <= nodes; at++)
        {
            list.Append(',').Append(Node($"n{at}"));
            connections.Append(connections.Length == 0 ? "" : ",").Append(Connection($"c{at}", from, "result", $"n{at}"));
            from = $"n{at}";
        }

        return Document($"Chain of {nodes}", list.ToString(), connections.ToString());
    }

    /// <summary>Ten nodes behind the trigger: a decision, two branches of three, one of them split again, and a merge.</summary>
    public static string Graph() => Document(
        "Graph of 10",
        string.Join(',', Trigger, If("if1", "$json.order.amount > 100"), Node("a1"), Node("a2"), Node("a3"), Node("b1"), Node("b2"), Node("b3"),
            Merge("join"), Node("last1"), Node("last2")),
        string.Join(',',
            Connection("c1", "start", "result", "if1"), Connection("c2", "if1", "true", "a1"), Connection("c3", "if1", "true", "b1"),
            Connection("c4", "a1", "result", "a2"), Connection("c5", "a2", "result", "a3"), Connection("c6", "b1", "result", "b2"),
            Connection("c7", "b2", "result", "b3"), Connection("c8", "a3", "result", "join"), Connection("c9", "b3", "result", "join"),
            Connection("c10", "join", "result", "last1"), Connection("c11", "last1", "result", "last2")));

    /// <summary>Calls outside one after the other: each is made only when the one before is on disk.</summary>
    public static string Calls(int calls, string url)
    {
        var list = new StringBuilder(Trigger);
        var connections = new StringBuilder();
        var from = "start";
        for (var at = 1; at <= calls; at++)
        {
            list.Append(CultureInfo.InvariantCulture, $$$"""
                ,{"id":"n{{{at}}}","name":"Call_{{{at}}}","description":"d","type":"ACTION","subtype":"HTTP_REQUEST","configurations":{"method":"POST","url":"{{{url}}}"}}
                """);
            connections.Append(connections.Length == 0 ? "" : ",").Append(Connection($"c{at}", from, "result", $"n{at}"));
            from = $"n{at}";
        }

        return Document($"{calls} calls", list.ToString(), connections.ToString());
    }

    /// <summary>Code in its sandbox, one after the other: each runs only when what the one before gave is on disk.</summary>
    public static string Code(int steps)
    {
        var list = new StringBuilder(Trigger);
        var connections = new StringBuilder();
        var from = "start";
        for (var at = 1; at <= steps; at++)
        {
            list.Append(CultureInfo.InvariantCulture, $$$"""
                ,{"id":"n{{{at}}}","name":"Step_{{{at}}}","description":"d","type":"ACTION","subtype":"RUN_CODE","configurations":{"language":"javascript","code":"return { step: {{{at}}} };"}}
                """);
            connections.Append(connections.Length == 0 ? "" : ",").Append(Connection($"c{at}", from, "result", $"n{at}"));
            from = $"n{at}";
        }

        return Document($"{steps} steps of code", list.ToString(), connections.ToString());
    }

    /// <summary>One that sleeps.</summary>
    public static string Sleeper(double seconds) => Document(
        "Sleeper",
        $$$"""{{{Trigger}}},{"id":"sleep","name":"Sleep","description":"d","type":"FLOW","subtype":"DELAY","configurations":{"duration_seconds":{{{seconds.ToString(CultureInfo.InvariantCulture)}}}}}""",
        Connection("c1", "start", "result", "sleep"));

    private const string Trigger = """{"id":"start","name":"Start","description":"d","type":"TRIGGER","subtype":"MANUAL","configurations":{}}""";

    private static string Node(string id) =>
        $$$"""{"id":"{{{id}}}","name":"{{{id}}}","description":"d","type":"ACTION","subtype":"DATA_TRANSFORMATION","configurations":{"operation":"map","field_mapping":{"sku":"sku","count":"n"}},"input_params":{"data":"{{$trigger.data.items}}"}}""";

    private static string If(string id, string condition) =>
        $$$"""{"id":"{{{id}}}","name":"{{{id}}}","description":"d","type":"FLOW","subtype":"IF","configurations":{"condition_expression":"{{{condition}}}"}}""";

    private static string Merge(string id) =>
        $$$"""{"id":"{{{id}}}","name":"{{{id}}}","description":"d","type":"FLOW","subtype":"MERGE","configurations":{"merge_strategy":"concatenate"}}""";

    private static string Connection(string id, string from, string port, string to) =>
        $$"""{"id":"{{id}}","from_node":"{{from}}","output_key":"{{port}}","to_node":"{{to}}"}""";

    private static string Document(string name, string nodes, string connections) =>
        $$"""{"metadata":{"name":"{{name}}"},"nodes":[{{nodes}}],"connections":[{{connections}}],"triggers":["start"]}""";
}
