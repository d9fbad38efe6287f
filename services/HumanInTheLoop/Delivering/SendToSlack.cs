using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using AiTeams.Contracts.Integrations.V1;
using AiTeams.HumanInTheLoop.Links;
using AiTeams.HumanInTheLoop.Questions;
using Google.Protobuf;
using Microsoft.Extensions.Options;
using IntegrationsClient = AiTeams.Contracts.Integrations.V1.Integrations.IntegrationsClient;

namespace AiTeams.HumanInTheLoop.Delivering;

/// <summary>Where Slack's Web API is; section HumanInTheLoop:Slack.</summary>
internal sealed class SlackSettings
{
    public const string Section = "HumanInTheLoop:Slack";

    public string ApiUrl { get; set; } = "https://slack.com/api";

    /// <summary>What an address begins with that Slack gives for a word to one person.</summary>
    public string ResponseUrl { get; set; } = "https://hooks.slack.com/";
}

/// <summary>
/// Sends by Slack's Web API (docs.slack.dev, chat.postMessage and chat.update). Slack knows no idempotency key: a message whose answer was lost is sent again.
/// </summary>
internal sealed class SendToSlack(IntegrationsClient integrations, MessageTexts texts, AnswerLinks links, IOptions<SlackSettings> settings)
{
    // Errors of the moment; every other one is the same the next time.
    private static readonly HashSet<string> Temporary = ["ratelimited", "rate_limited", "internal_error", "fatal_error", "service_unavailable", "request_timeout", "accesslimited"];

    public async Task<DeliveryResult> SendAsync(Delivery delivery, DateTime deadline, CancellationToken cancellationToken)
    {
        if (QuestionReader.Text(delivery.Secrets, "bot_token") is not { Length: > 0 } token)
        {
            return new DeliveryResult.Failed("The question has no bot_token for Slack.");
        }

        if (delivery.Recipient.Length == 0)
        {
            return new DeliveryResult.Failed("The question names no channel in Slack.");
        }

        var url = delivery.Asks ? (await links.CreateAsync(delivery.Interaction, $"slack:{delivery.Recipient}", cancellationToken)).Url : "";
        var text = await texts.RenderAsync(delivery, url, cancellationToken);
        if (!delivery.Asks && SlackMessage.ThreadOf(delivery) is var (channel, ts))
        {
            // First its buttons go; that it cannot be changed any more is no reason to say nothing.
            var closed = await CallAsync("chat.update", SlackMessage.Close(delivery, text, channel, ts), token, delivery, deadline, cancellationToken);
            if (closed is DeliveryResult.Again)
            {
                return closed;
            }
        }

        return await CallAsync("chat.postMessage", SlackMessage.Post(delivery, text, url), token, delivery, deadline, cancellationToken);
    }

    private async Task<DeliveryResult> CallAsync(string method, JsonObject body, string token, Delivery delivery, DateTime deadline, CancellationToken cancellationToken)
    {
        var request = new SendHttpRequest
        {
            Context = new CallContext { UserId = delivery.Interaction.UserId.ToString("D"), WorkflowId = delivery.Interaction.WorkflowId.ToString("D"), IdempotencyKey = delivery.Id.ToString("D"), Attempt = delivery.Attempts - 1 },
            Method = "POST",
            Url = $"{settings.Value.ApiUrl.TrimEnd('/')}/{method}",
            Body = ByteString.CopyFromUtf8(body.ToJsonString()),
            TimeoutMs = 20_000,
            MaxResponseBytes = 1_000_000,
        };
        request.Headers.Add(new Header { Name = "Authorization", Value = $"Bearer {token}" });
        request.Headers.Add(new Header { Name = "Content-Type", Value = "application/json; charset=utf-8" });
        request.Secrets.Add(token);
        return Read(await integrations.SendHttpAsync(request, deadline: deadline, cancellationToken: cancellationToken));
    }

    private static DeliveryResult Read(SendHttpResponse answer)
    {
        if (answer.StatusCode != 200)
        {
            return HttpResults.Of(answer, "Slack");
        }

        try
        {
            using var document = JsonDocument.Parse(answer.Body.Memory);
            var said = document.RootElement;
            if (said.TryGetProperty("ok", out var ok) && ok.ValueKind == JsonValueKind.True)
            {
                return new DeliveryResult.Sent(string.Create(CultureInfo.InvariantCulture, $"{QuestionReader.Text(said, "channel")}:{QuestionReader.Text(said, "ts")}"));
            }

            var error = QuestionReader.Text(said, "error", "unknown_error");
            return Temporary.Contains(error) ? new DeliveryResult.Again($"Slack answered {error}.", HttpResults.RetryAfter(answer)) : new DeliveryResult.Failed($"Slack answered {error}.");
        }
        catch (JsonException)
        {
            return new DeliveryResult.Again("What Slack answered cannot be read.");
        }
    }
}
