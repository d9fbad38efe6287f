using System.Text.Json.Nodes;
using AiTeams.Scheduler.Triggers;

namespace AiTeams.Scheduler.Webhooks;

/// <summary>Fired by whoever calls its address. What a call looks like to the workflow: <see cref="WebhookEvent"/>.</summary>
internal sealed class WebhookTrigger : TriggerType
{
    public const string Name = "WEBHOOK";

    public override string Subtype => Name;

    public override TriggerPlan Plan(TriggerNode node, DateTimeOffset now)
    {
        var (_, faults) = WebhookSettings.Read(node.Configuration);
        var problems = faults.Select(fault => node.Problem(fault.Code, fault.Message, fault.Parameter)).ToList();
        var path = node.Configuration["webhook_path"] switch
        {
            null => WebhookPath.Of(null, node.WorkflowId),
            JsonValue value when value.TryGetValue(out string? text) => WebhookPath.Of(text, node.WorkflowId),
            _ => null,
        };
        if (path is null)
        {
            problems.Add(node.Problem(
                "invalid_path", "A webhook's path has segments of ASCII letters, digits and ._~!$&'()*+,;=:@- between single slashes, 255 characters at most.",
                "webhook_path", "Write it like /orders/new, without the address in front, escapes or a query."));
        }
        else if (WebhookPath.IsOfAnother(path, node.WorkflowId))
        {
            problems.Add(node.Problem("webhook_path_taken", "Paths that begin with another workflow's id belong to that workflow.", "webhook_path", "Choose another path."));
        }

        return problems.Count == 0 ? TriggerPlan.Of(path!) : TriggerPlan.Refused(problems);
    }

    public override JsonObject InvocationSchema(JsonObject configuration)
    {
        var methods = WebhookSettings.Read(configuration).Settings.AllowedMethods;
        return new JsonObject
        {
            ["type"] = "object",
            ["description"] = "A call of the webhook.",
            ["additionalProperties"] = false,
            ["properties"] = new JsonObject
            {
                ["method"] = new JsonObject
                {
                    ["type"] = "string",
                    ["enum"] = new JsonArray([.. methods.Select(method => (JsonNode)method)]),
                    ["default"] = methods[0],
                },
                ["headers"] = Texts("Request headers."),
                ["query_params"] = Texts("Parameters of the query."),
                ["body"] = new JsonObject { ["description"] = "The body, as JSON; text for a body that is none.", ["default"] = new JsonObject() },
            },
            ["examples"] = new JsonArray(new JsonObject
            {
                ["method"] = methods[0],
                ["headers"] = new JsonObject { ["content-type"] = "application/json" },
                ["body"] = new JsonObject { ["order"] = 17 },
            }),
        };
    }

    public override JsonObject Simulate(JsonObject configuration, JsonObject parameters, DateTimeOffset now)
    {
        var (settings, _) = WebhookSettings.Read(configuration);
        var headers = new JsonObject();
        foreach (var (name, value) in parameters["headers"] as JsonObject ?? [])
        {
            headers[name.ToLowerInvariant()] = value?.DeepClone();
        }

        var body = parameters["body"]?.DeepClone();
        return WebhookEvent.Of(
            headers, body, body is JsonValue text && text.TryGetValue(out string? raw) ? raw : body?.ToJsonString() ?? "",
            parameters["query_params"]?.DeepClone() as JsonObject ?? [],
            (parameters["method"] as JsonValue)?.GetValue<string>() ?? settings.AllowedMethods[0],
            configuration["webhook_path"] is JsonValue path && path.TryGetValue(out string? chosen) ? WebhookPath.OneSpelling(chosen) ?? chosen : "/webhook",
            now, "127.0.0.1");
    }

    private static JsonObject Texts(string description) => new()
    {
        ["type"] = "object",
        ["description"] = description,
        ["additionalProperties"] = new JsonObject { ["type"] = "string" },
        ["default"] = new JsonObject(),
    };
}
