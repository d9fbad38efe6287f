using AiTeams.WorkflowEngine.Core.Definitions.Comparison;
using FsCheck;
using FsCheck.Fluent;

namespace AiTeams.WorkflowEngine.Core.Tests.Definitions.Comparison;

/// <summary>A difference is exact, whatever was done to a document.</summary>
public sealed class WorkflowDiffProperties
{
    private static readonly JsonData Whole = Draft.Manual()
        .Node("a", "ACTION.HTTP_REQUEST", """{"url":"http://example.test/","headers":{"x/y":"1","~":"2"}}""", """{"position":{"x":1,"y":2}}""")
        .Node("b", "FLOW.FILTER", """{"conditions":[{"field":"x"},"item.z > 1"]}""", """{"position":{"x":3,"y":4}}""")
        .Node("c", "FLOW.MERGE").Node("d", "FLOW.MERGE", extras: """{"notes":null}""").Node("e", "FLOW.DELAY", """{"duration_seconds":1}""")
        .Connect("start -> a", "a -> b", "b.passed -> c", "b.filtered -> d", "c -> d", "d -> e")
        .With("settings", """{"timeout":60,"timezone":{"name":"UTC"}}""").With("triggers", """["start"]""").With("variables", """{"k":[1,2]}""")
        .With("pin_data", """{"a":{"x":1}}""").With("static_data", "{}").ToJson();

    [Fact]
    public void Applied_to_the_one_it_gives_the_other() => Check((a, b) => Assert.Equal(b, WorkflowDiff.Between(a, b).Apply(a)));

    [Fact]
    public void Reversed_it_leads_back() => Check((a, b) => Assert.Equal(a, WorkflowDiff.Between(a, b).Reverse().Apply(b)));

    [Fact]
    public void The_other_way_round_it_says_the_same_backwards() =>
        Check((a, b) => Assert.Equal(Text(WorkflowDiff.Between(b, a)), Text(WorkflowDiff.Between(a, b).Reverse())));

    [Fact]
    public void It_is_empty_exactly_when_the_documents_mean_the_same() => Check((a, b) =>
    {
        Assert.True(WorkflowDiff.Between(a, a).IsEmpty);
        Assert.True(WorkflowDiff.Between(a, JsonData.Parse(a.ToString())).IsEmpty);
        Assert.Equal(a == b, WorkflowDiff.Between(a, b).IsEmpty);
    });

    [Fact]
    public void It_names_no_place_that_is_the_same_in_both() => Check((a, b) =>
    {
        var diff = WorkflowDiff.Between(a, b);
        Assert.All(
            diff.Fields.Concat(diff.Nodes.Changed.Concat(diff.Connections.Changed).SelectMany(change => change.Fields.Concat(change.Layout))),
            change => Assert.NotEqual(change.Old, change.New));
    });

    private static void Check(Action<JsonData, JsonData> holds) => Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
    {
        var random = new Random(seed);
        var a = Edited(Whole, random);
        holds(a, Edited(random.Next(2) == 0 ? a : Whole, random));
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(1500));

    private static string Text(WorkflowDiff diff) => string.Join(
        "\n",
        diff.Fields.Select(Text).Concat(Text(diff.Nodes)).Concat(Text(diff.Connections)));

    private static IEnumerable<string> Text(ElementChanges changes) =>
    [
        .. changes.Added.Select(element => $"+{element.Index} {element.Element}"), .. changes.Removed.Select(element => $"-{element.Index} {element.Element}"),
        .. changes.Changed.Select(change => $"{change.OldId}>{change.NewId} {string.Join(',', change.Fields.Concat(change.Layout).Select(Text))}"),
        $"{string.Join(',', changes.Order?.From ?? [])}>{string.Join(',', changes.Order?.To ?? [])}",
    ];

    private static string Text(FieldChange change) => $"{change.Pointer}: {change.Old.Kind} {change.Old} > {change.New.Kind} {change.New}";

    /// <summary>What an editor, a generator, or somebody with a text editor does to a document.</summary>
    private static JsonData Edited(JsonData document, Random random)
    {
        for (var edits = random.Next(5); edits > 0; edits--)
        {
            var list = random.Next(3) == 0 ? "connections" : "nodes";
            var items = document[list].Items.ToArray().ToList();
            var at = items.Count == 0 ? 0 : random.Next(items.Count);
            switch (random.Next(items.Count == 0 ? 3 : 12))
            {
                case 0:
                    items.Insert(at, JsonData.Object(("id", $"new{random.Next(4)}"), ("name", "fresh")));
                    break;
                case 1:
                    document = document.With("settings", JsonData.Object(("timeout", random.Next(3)), ("a~b/c", random.Next(2) == 0 ? JsonData.Null : "x")));
                    break;
                case 2:
                    document = Without(document, random.Next(4) == 0 ? list : "variables");
                    continue;
                case 3 or 4:
                    items.RemoveAt(at);
                    break;
                case 5:
                    items[at] = items[at].With("id", $"other{random.Next(4)}");
                    break;
                case 6:
                    items[at] = items[at].With("name", $"renamed{random.Next(4)}");
                    break;
                case 7:
                    items[at] = items[at].With("position", JsonData.Object(("x", random.Next(5)), ("y", 1.5)));
                    break;
                case 8:
                    items[at] = items[at].With("configurations", items[at]["configurations"].With("conditions", JsonData.Array(1, random.Next(3))));
                    break;
                case 9:
                    items.Insert(random.Next(items.Count), items[at]);             // the same id twice
                    break;
                case 10:
                    items[at] = Without(items[at], random.Next(6) == 0 ? "id" : "name");
                    break;
                case 11:
                    random.Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(items));
                    break;
            }

            document = document.With(list, JsonData.Array(items));
        }

        return document;
    }

    private static JsonData Without(JsonData value, string name)
    {
        var builder = new JsonObjectBuilder();
        foreach (var (field, content) in value.Fields)
        {
            builder.Set(field, field == name ? default : content);
        }

        return builder.Build();
    }
}
