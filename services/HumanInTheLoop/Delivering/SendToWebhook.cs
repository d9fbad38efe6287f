using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using AiTeams.Contracts.Integrations.V1;
using AiTeams.HumanInTheLoop.Asking;
using AiTeams.HumanInTheLoop.Links;
using AiTeams.HumanInTheLoop.Questions;
using Google.Protobuf;
using IntegrationsClient = AiTeams.Contracts.Integrations.V1.Integrations.IntegrationsClient;

namespace AiTeams.HumanInTheLoop.Delivering;

/// <summary>Posts the question to an address of the author's, signed as standardwebhooks.com says. The id is the delivery's and the same on every attempt.</summary>
internal sealed class SendToWebhook(IntegrationsClient integrations, MessageTexts texts, AnswerLinks links, TimeProvider clock)
{
    private const string SecretPrefix = "whsec_";
    private const int Gone = 410;

    public async Task<DeliveryResult> SendAsync(Delivery delivery, DateTime deadline, CancellationToken cancellationToken)
    {
        if (QuestionReader.Text(Recipients.Settings(delivery.Interaction.Question, "webhook"), "url") is not { Length: > 0 } url)
        {
            return new DeliveryResult.Failed("The question has no url for its webhook.");
        }

        var link = delivery.Asks ? (await links.CreateAsync(delivery.Interaction, "webhook:", cancellationToken)).Url : "";
        var text = await texts.RenderAsync(delivery, link, cancellationToken);
        var answer = await integrations.SendHttpAsync(Request(delivery, text, url, link, clock.GetUtcNow()), deadline: deadline, cancellationToken: cancellationToken);
        return answer.StatusCode switch
        {
            >= 200 and < 300 => new DeliveryResult.Sent(Id(delivery)),
            Gone => new DeliveryResult.Failed("The webhook's receiver is gone for good (410)."),
            _ => HttpResults.Of(answer, "The webhook's receiver"),
        };
    }

    /// <summary>Pure: the request as it is sent.</summary>
    public static SendHttpRequest Request(Delivery delivery, MessageText text, string url, string link, DateTimeOffset now)
    {
        var interaction = delivery.Interaction;
        var body = Encoding.UTF8.GetBytes(Body(delivery, text, link, now).ToJsonString());
        var request = new SendHttpRequest
        {
            Context = new CallContext { UserId = interaction.UserId.ToString("D"), WorkflowId = interaction.WorkflowId.ToString("D"), IdempotencyKey = delivery.Id.ToString("D"), Attempt = delivery.Attempts - 1 },
            Method = "POST",
            Url = url,
            Body = ByteString.CopyFrom(body),
            TimeoutMs = 20_000,
            MaxResponseBytes = 100_000,
        };
        var timestamp = now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        Add(request, "Content-Type", "application/json");
        Add(request, "webhook-id", Id(delivery));
        Add(request, "webhook-timestamp", timestamp);
        if (QuestionReader.Text(delivery.Secrets, "secret") is { Length: > 0 } secret)
        {
            Add(request, "webhook-signature", Signature(secret, Id(delivery), timestamp, body));
            request.Secrets.Add(secret);
        }

        if (QuestionReader.Part(delivery.Secrets, "headers") is { ValueKind: System.Text.Json.JsonValueKind.Object } headers)
        {
            foreach (var header in headers.EnumerateObject())
            {
                var value = QuestionReader.Display(header.Value);
                Add(request, header.Name, value);
                request.Secrets.Add(value);
            }
        }

        return request;
    }

    /// <summary><c>v1,</c> and the base64 of HMAC-SHA256 over id, timestamp and body with dots between them.</summary>
    public static string Signature(string secret, string id, string timestamp, ReadOnlySpan<byte> body)
    {
        var key = secret.StartsWith(SecretPrefix, StringComparison.Ordinal) && TryDecode(secret[SecretPrefix.Length..]) is { } decoded ? decoded : Encoding.UTF8.GetBytes(secret);
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{id}.{timestamp}."), .. body];
        return $"v1,{Convert.ToBase64String(HMACSHA256.HashData(key, signed))}";
    }

    private static JsonObject Body(Delivery delivery, MessageText text, string link, DateTimeOffset now)
    {
        var interaction = delivery.Interaction;
        var question = interaction.Question;
        var data = new JsonObject
        {
            ["interaction_id"] = interaction.Id.ToString("D"),
            ["workflow_id"] = interaction.WorkflowId.ToString("D"),
            ["execution_id"] = question.ExecutionId,
            ["node_id"] = interaction.NodeId,
            ["interaction_type"] = question.Type,
            ["status"] = interaction.Status,
            ["outcome"] = interaction.Outcome,
            ["priority"] = interaction.Priority,
            ["title"] = question.Title,
            ["message"] = question.Message,
            ["content"] = question.Content is { } content ? JsonNode.Parse(content.GetRawText()) : null,
            ["text"] = text.Body,
            ["timeout_at"] = interaction.TimeoutAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
            ["correlation_id"] = interaction.CorrelationId,
        };
        if (link.Length > 0)
        {
            data["answer_url"] = link;
            data["request"] = JsonNode.Parse(interaction.RequestData.GetRawText());
        }

        return new JsonObject
        {
            ["type"] = $"interaction.{delivery.Occasion}",
            ["timestamp"] = now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
            ["data"] = data,
        };
    }

    private static string Id(Delivery delivery) => $"msg_{delivery.Id:N}";

    private static void Add(SendHttpRequest request, string name, string value) => request.Headers.Add(new Header { Name = name, Value = value });

    private static byte[]? TryDecode(string base64)
    {
        var bytes = new byte[base64.Length];
        return Convert.TryFromBase64String(base64, bytes, out var length) ? bytes[..length] : null;
    }
}
