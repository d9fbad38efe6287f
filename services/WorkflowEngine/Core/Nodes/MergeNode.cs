using AiTeams.WorkflowEngine.Core.Data;
using AiTeams.WorkflowEngine.Core.Executions;
using AiTeams.WorkflowEngine.Core.Expressions;

namespace AiTeams.WorkflowEngine.Core.Nodes;

/// <summary>
/// FLOW.MERGE joins the items of all live branches, in the order of the connections. Items are the same when their merge_key is,
/// or, without a merge_key, when they mean the same JSON; an item that has no merge_key is like no other. In
/// <c>source_mapping</c> a range names the first item and the one behind the last.
/// </summary>
internal sealed class MergeNode : NodeBehaviour
{
    public override NodeStep Begin(NodeContext node)
    {
        var items = new List<JsonData>();
        var sources = new List<int>();
        for (var at = 0; at < node.Arrivals.Count; at++)
        {
            var payload = node.Arrivals[at].Payload;
            foreach (var item in (Lists.OfBranch(payload) ?? JsonData.Array(payload)).Items)
            {
                items.Add(item);
                sources.Add(at);
            }
        }

        var keep = Kept(node.Configuration, items);
        var merged = items.Where((_, at) => keep[at]).ToArray();
        return NodeStep.Result(JsonData.Object(
            ("merged_data", JsonData.Adopt(merged)),
            ("merge_stats", JsonData.Object(
                ("total_inputs", node.Arrivals.Count), ("items_merged", merged.Length),
                ("duplicates_removed", items.Count - merged.Length), ("merge_time_ms", 0))),
            ("source_mapping", Mapping(node.Arrivals, sources.Where((_, at) => keep[at]).ToArray()))));
    }

    private static bool[] Kept(JsonData configuration, List<JsonData> items)
    {
        var keep = new bool[items.Count];
        Array.Fill(keep, true);
        var handling = configuration["handle_duplicates"].Text;
        var isUnion = configuration["merge_strategy"].Text == "union";
        if (handling == "keep_all" && !isUnion)
        {
            return keep;
        }

        var path = configuration["merge_key"].Text ?? "";
        var keepsLast = handling == "keep_last";
        var firstSeen = new Dictionary<JsonData, int>();
        for (var at = 0; at < items.Count; at++)
        {
            var key = Values.Path(items[at], path);
            if (key.IsNull || firstSeen.TryAdd(key, at))
            {
                continue;
            }

            keep[keepsLast ? firstSeen[key] : at] = false;
            firstSeen[key] = keepsLast ? at : firstSeen[key];
        }

        return keep;
    }

    private static JsonData Mapping(IReadOnlyList<Arrival> arrivals, int[] sources)
    {
        var mapping = new JsonData[arrivals.Count];
        var start = 0;
        for (var at = 0; at < mapping.Length; at++)
        {
            var end = start + sources.Count(source => source == at);
            mapping[at] = JsonData.Object(
                ("source", arrivals[at].Source.Name), ("source_id", arrivals[at].Source.Id), ("range", JsonData.Array(start, end)));
            start = end;
        }

        return JsonData.Adopt(mapping);
    }
}
