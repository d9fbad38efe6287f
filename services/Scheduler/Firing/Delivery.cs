using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using AiTeams.Contracts.WorkflowEngine.V1;
using AiTeams.Scheduler.Triggers;
using Google.Protobuf;

namespace AiTeams.Scheduler.Firing;

/// <summary>One event for one trigger.</summary>
/// <param name="Id">What the sender calls it: a delivery id, a Message-ID, the time a clock struck. The same id fires a trigger once, ever.</param>
/// <param name="Data">What the trigger node gives the next ones.</param>
internal sealed record Delivery(DeployedTrigger Trigger, string Id, JsonObject Data)
{
    private ByteString? _json;

    /// <summary>The data as the engine and the queue get it: JSON text in UTF-8, written once.</summary>
    public ByteString Json => _json ??= DeliveryText.Of(Data);

    /// <summary>How long the caller waits for the workflow's end; zero: only for its start.</summary>
    public TimeSpan Wait { get; init; }

    /// <summary>How long an engine is given before the delivery is queued instead: the sender may have less patience than we have.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The id as the engine and the queue see it: any id has one of the same short length, and no two triggers share one.</summary>
    public string Key { get; } = KeyOf(Trigger.WorkflowId, Trigger.NodeId, Id);

    public ExecutionMode Mode => Trigger.Subtype == "WEBHOOK" ? ExecutionMode.Webhook : ExecutionMode.Trigger;

    public static string KeyOf(Guid workflowId, string nodeId, string id) =>
        "trigger:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{workflowId:D}\n{nodeId}\n{id}")));
}
