using AiTeams.HumanInTheLoop.Questions;

namespace AiTeams.HumanInTheLoop.Asking;

/// <summary>One place a message goes to.</summary>
/// <param name="Channel">slack, email, webhook or in_app.</param>
/// <param name="Name">A Slack channel or user, an address, a user's id; empty for the inbox of whoever may see it, and for the one webhook there is.</param>
internal sealed record Recipient(string Channel, string Name);

/// <summary>To whom a question goes. Pure.</summary>
internal static class Recipients
{
    public static IReadOnlyList<Recipient> Of(Question question) => [.. question.ChannelNames.SelectMany(channel => channel switch
    {
        "slack" => QuestionReader.Texts(Settings(question, channel), "channel").Select(name => new Recipient(channel, name)),
        "email" => QuestionReader.Texts(Settings(question, channel), "to").Select(address => new Recipient(channel, address)),
        _ => [new Recipient(channel, "")],
    }).Distinct()];

    /// <summary>Those it is passed on to: users to their inbox, addresses by e-mail, everybody else by Slack, when that is a channel of the question.</summary>
    public static IReadOnlyList<Recipient> Of(Escalation escalation, Question question) => [.. escalation.To.Select(name =>
        Guid.TryParse(name, out _) ? new Recipient("in_app", name)
        : name.Contains('@', StringComparison.Ordinal) && !name.StartsWith('@') ? new Recipient("email", name)
        : question.ChannelNames.Contains("slack") ? new Recipient("slack", name.TrimStart('@'))
        : new Recipient("in_app", name)).Distinct()];

    public static System.Text.Json.JsonElement Settings(Question question, string channel) => QuestionReader.Part(question.Channels, channel) ?? default;
}
