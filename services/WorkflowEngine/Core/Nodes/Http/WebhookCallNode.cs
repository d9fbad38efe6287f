using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using AiTeams.WorkflowEngine.Core.Data;
using AiTeams.WorkflowEngine.Core.Executions;

namespace AiTeams.WorkflowEngine.Core.Nodes;

/// <summary>
/// ACTION.WEBHOOK_CALL: an event for another system, signed as the Standard Webhooks specification (1.0) says. The message's id is the
/// call's idempotency key, so a receiver that keeps ids sees an event once however often it is sent.
/// </summary>
internal sealed class WebhookCallNode : NodeBehaviour
{
    private const string SecretPrefix = "whsec_";

    private static readonly string[] Secrets = ["secret", "previous_secret"];

    public override NodeStep Begin(NodeContext node)
    {
        var configuration = node.Configuration;
        var id = node.Run.IdempotencyKey(node.Start.ExecutionId);
        var body = Body(node, configuration);
        var headers = (configuration["headers"].IsObject ? configuration["headers"] : JsonData.EmptyObject)
            .With("webhook-id", id)
            .With("webhook-timestamp", node.Now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        var keys = Secrets.Select(name => configuration[name].ToDisplayText()).Where(secret => secret.Length > 0).ToArray();
        if (keys.Length > 0)
        {
            headers = headers.With("webhook-signature", string.Join(' ', keys.Select(key => Sign(key, id, node.Now, body))));
        }

        var (call, problem) = HttpCallBuilder.Build(node, JsonData.Object(
            ("method", "POST"),
            ("url", configuration["url"]),
            ("headers", headers.With("content-type", "application/json")),
            ("verify_ssl", configuration["verify_ssl"]),
            ("timeout", configuration["timeout"]),
            ("follow_redirects", false)));
        return call is null
            ? new NodeStep.Failed(new("invalid_request", problem!))
            : new NodeStep.Call(call with { Body = body, Secrets = keys });
    }

    public override NodeStep AfterCall(NodeContext node, OutsideResult result)
    {
        var id = node.Run.IdempotencyKey(node.Start.ExecutionId);
        return HttpOutcome.Read((HttpResult)result, default, node.Now) switch
        {
            NodeStep.Completed done => done with { Outputs = WithId(done.Outputs, id) },
            NodeStep.Failed failed => failed with { Outputs = WithId(failed.Outputs, id) },
            var other => other,
        };
    }

    private static JsonData WithId(JsonData outputs, string id) =>
        outputs.IsObject ? outputs.With("result", outputs["result"].With("webhook_id", id)) : outputs;

    // The same bytes at every attempt: the time is that of the node's first start.
    private static byte[] Body(NodeContext node, JsonData configuration)
    {
        var data = configuration["payload"].IsNull ? node.Data : configuration["payload"];
        return configuration["event_type"].ToDisplayText() is { Length: > 0 } type
            ? JsonData.Object(("type", type), ("timestamp", JsonData.Of(node.StartedAt)), ("data", data)).ToUtf8()
            : data.ToUtf8();
    }

    /// <summary>One signature as it stands in webhook-signature.</summary>
    internal static string Sign(string secret, string id, DateTimeOffset now, byte[] body)
    {
        byte[] signed = [.. Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{now.ToUnixTimeSeconds()}.")), .. body];
        return $"v1,{Convert.ToBase64String(HMACSHA256.HashData(Key(secret), signed))}";
    }

    private static byte[] Key(string secret)
    {
        var text = secret.StartsWith(SecretPrefix, StringComparison.Ordinal) ? secret[SecretPrefix.Length..] : null;
        var key = new byte[secret.Length];
        return text is not null && Convert.TryFromBase64String(text, key, out var length) ? key[..length] : Encoding.UTF8.GetBytes(secret);
    }
}
