using AiTeams.WorkflowEngine.Core.Data;
using AiTeams.WorkflowEngine.Core.Executions;

namespace AiTeams.WorkflowEngine.Core.Nodes;

/// <summary>
/// Where the items are in what arrived. A list is itself the items; an object stands for the list it carries under one of the
/// names our own nodes use; any other object is a list of one.
/// </summary>
internal static class Lists
{
    private static readonly string[] Carriers =
        ["data", "items", "filtered_data", "sorted_data", "merged_data", "transformed_data"];

    /// <summary>The items a list node works on; an HTTP response stands for its JSON when that is a list.</summary>
    public static JsonData? Of(JsonData payload) => payload["json"].IsArray ? payload["json"] : OfBranch(payload);

    /// <summary>The items one branch brings to a MERGE. Null when there is nothing that could be an item.</summary>
    public static JsonData? OfBranch(JsonData payload)
    {
        if (payload.IsArray)
        {
            return payload;
        }

        if (!payload.IsObject)
        {
            return null;
        }

        foreach (var name in Carriers)
        {
            if (payload[name] is { IsArray: true } list)
            {
                return list;
            }
        }

        // What an IF or a DELAY hands on lies one level down.
        return payload["data"].IsObject ? OfBranch(payload["data"]) : JsonData.Array(payload);
    }

    public static NodeStep.Failed NoItems(JsonData found) => new(new(
        "invalid_input",
        $"The node needs a list of items in its input 'data', and there is {JsonKinds.Describe(found)}.",
        IsRetryable: false,
        JsonData.Object(("hint", "Say where the list is: input_params {\"data\": \"{{$json.path.to.list}}\"}."))));
}
