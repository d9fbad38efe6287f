using System.Text.Json;
using AiTeams.Contracts.Integrations.V1;
using AiTeams.HumanInTheLoop.Asking;
using AiTeams.HumanInTheLoop.Links;
using AiTeams.HumanInTheLoop.Questions;
using AiTeams.HumanInTheLoop.Replies;
using IntegrationsClient = AiTeams.Contracts.Integrations.V1.Integrations.IntegrationsClient;

namespace AiTeams.HumanInTheLoop.Delivering;

/// <summary>
/// Sends by e-mail, each follow-up as a reply to the message that put the question. The Message-ID is the delivery's and the same on every attempt: a
/// message that comes twice is one to every mail program.
/// </summary>
internal sealed class SendByMail(IntegrationsClient integrations, MessageTexts texts, AnswerLinks links, Mailboxes mailboxes)
{
    private const string NoDomain = "ai-teams.local";

    public async Task<DeliveryResult> SendAsync(Delivery delivery, DateTime deadline, CancellationToken cancellationToken)
    {
        if (delivery.Recipient.Length == 0)
        {
            return new DeliveryResult.Failed("The question names nobody to write to.");
        }

        var url = delivery.Asks ? (await links.CreateAsync(delivery.Interaction, $"email:{delivery.Recipient}", cancellationToken)).Url : "";
        if (delivery.PutsTheQuestion)
        {
            // Before it goes: nobody may be quicker than we look.
            await mailboxes.AwaitAsync(delivery.Interaction.UserId, QuestionReader.Part(delivery.Secrets, "imap") ?? default, AnswerLinks.LastOf(delivery.Interaction), cancellationToken);
        }

        var request = Message(delivery, await texts.RenderAsync(delivery, url, cancellationToken), url);
        var answer = await integrations.SendMailAsync(request, deadline: deadline, cancellationToken: cancellationToken);
        return answer.Failure switch
        {
            null => new DeliveryResult.Sent(request.MessageId),
            { Retryable: true } failure => new DeliveryResult.Again(failure.Message),
            var failure => new DeliveryResult.Failed(failure.Message),
        };
    }

    /// <summary>Pure: the message as it is handed to the mail server.</summary>
    public static SendMailRequest Message(Delivery delivery, MessageText text, string url)
    {
        var interaction = delivery.Interaction;
        var settings = Recipients.Settings(interaction.Question, "email");
        var from = QuestionReader.Text(settings, "from");
        var request = new SendMailRequest
        {
            Context = new CallContext { UserId = interaction.UserId.ToString("D"), WorkflowId = interaction.WorkflowId.ToString("D"), IdempotencyKey = delivery.Id.ToString("D"), Attempt = delivery.Attempts - 1 },
            Server = Server(QuestionReader.Part(delivery.Secrets, "smtp") ?? default),
            From = from,
            ReplyTo = QuestionReader.Text(settings, "reply_to"),
            Subject = delivery.Thread is null ? text.Subject : $"Re: {text.Subject}",
            Text = text.Body,
            Html = MailHtml.Page(delivery, text, url),
            MessageId = MessageId(interaction.Id, delivery.Id, from),
            TimeoutMs = 45_000,
        };
        request.To.Add(delivery.Recipient);
        // A machine wrote it: absence notices need not answer (RFC 3834, section 5).
        request.Headers.Add(new Header { Name = "Auto-Submitted", Value = "auto-generated" });
        var importance = QuestionReader.Text(settings, "importance");
        if (importance is "high" or "low" || interaction.Priority is "high" or "critical")
        {
            request.Headers.Add(new Header { Name = "Importance", Value = importance is "high" or "low" ? importance : "high" });
        }

        if (delivery.Thread is { } thread)
        {
            request.InReplyTo = thread;
            request.References.Add(thread);
        }

        return request;
    }

    public static string MessageId(Guid interaction, Guid delivery, string from)
    {
        var address = from.TrimEnd('>', ' ');
        var domain = address[(address.LastIndexOf('@') + 1)..];
        return $"hil.{interaction:N}.{delivery:N}@{(domain.Length > 0 && domain.Length < address.Length && domain.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-') ? domain : NoDomain)}";
    }

    /// <summary>Null: the operator's own.</summary>
    private static MailServer? Server(JsonElement smtp) => QuestionReader.Text(smtp, "host") is { Length: > 0 } host
        ? new MailServer
        {
            Host = host,
            Port = (int)(QuestionReader.Number(smtp, "port") ?? 0),
            Username = QuestionReader.Text(smtp, "username"),
            Password = QuestionReader.Text(smtp, "password"),
            Security = QuestionReader.Text(smtp, "security"),
        }
        : null;
}
