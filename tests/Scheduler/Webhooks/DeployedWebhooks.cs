using System.Net;
using System.Text.Json.Nodes;

namespace AiTeams.Scheduler.Tests.Webhooks;

internal static class DeployedWebhooks
{
    /// <summary>A new workflow of a new user with one webhook, deployed; returns the webhook's address.</summary>
    public static async Task<string> DeployWebhookAsync(this SchedulerApi api, string configuration)
    {
        var user = await api.NewUserAsync();
        var workflow = await api.NewWorkflowAsync(user, [SchedulerApi.Trigger("hook", "WEBHOOK", JsonNode.Parse(configuration)!.AsObject())]);
        var (status, deployed) = await api.PostAsync(user, $"/api/v1/app/workflows/{workflow}/deploy");
        Assert.True(status == HttpStatusCode.OK, deployed.ToJsonString());
        return (string)deployed["triggers"]![0]!["webhook_url"]!;
    }
}
