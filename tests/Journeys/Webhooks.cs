extern alias Gateway;
extern alias Scheduler;

using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using AiTeams.Testing;

namespace AiTeams.Journeys.Tests;

/// <summary>Workflows that are started by webhooks.</summary>
internal static class Webhooks
{
    /// <summary>A gateway that does not count calls and a scheduler, a user of theirs, and somebody outside.</summary>
    public static async Task<(Person Person, HttpClient Outside)> StartWebhooksAsync(this TestEnvironment environment)
    {
        await environment.HostAsync<Scheduler::Program>();
        var gateway = await environment.HostAsync<Gateway::Program>(new ServiceOptions { Settings = new Dictionary<string, string> { ["Limits:Public:Requests"] = "0" } });
        return (await Person.SignUpAsync(gateway.HttpAddress), gateway.Client());
    }

    /// <summary>hook -> (wait) -> say -> (wait): says the order of the body. Returns the webhook's address.</summary>
    public static async Task<string> DeployAsync(Person person, JsonObject configuration, double seconds = 0, double after = 0)
    {
        var nodes = new JsonArray(Documents.Node("hook", "Hook", "TRIGGER", "WEBHOOK", configuration));
        var edges = new JsonArray();
        Add(seconds > 0 ? Documents.Node("wait", "Wait", "FLOW", "DELAY", new JsonObject { ["duration_seconds"] = seconds }) : null);
        Add(Documents.Node("say", "Say", "ACTION", "DATA_TRANSFORMATION", new JsonObject
        {
            ["operation"] = "custom",
            ["transformation_script"] = "$trigger.data.body.order ?? $trigger.data.query_params.order",
        }));
        Add(after > 0 ? Documents.Node("later", "Later", "FLOW", "DELAY", new JsonObject { ["duration_seconds"] = after }) : null);
        var workflow = await person.CreateAsync(new JsonObject { ["metadata"] = new JsonObject { ["name"] = "Webhook" }, ["nodes"] = nodes, ["connections"] = edges });
        var deployed = await Person.ReadAsync(await person.Http.PostAsync($"/api/v1/app/workflows/{workflow}/deploy", null), HttpStatusCode.OK);
        return (string)deployed["triggers"]![0]!["webhook_url"]!;

        void Add(JsonObject? node)
        {
            if (node is not null)
            {
                edges.Add(Documents.Edge($"c{edges.Count}", (string)nodes[^1]!["id"]!, (string)node["id"]!));
                nodes.Add(node);
            }
        }
    }

    public static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");
}
