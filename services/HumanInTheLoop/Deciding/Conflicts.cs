using System.Text.Json;
using AiTeams.HumanInTheLoop.Questions;
using AiTeams.ServiceDefaults.Errors;
using AiTeams.ServiceDefaults.Hosting;

namespace AiTeams.HumanInTheLoop.Deciding;

/// <summary>What is said to whoever comes too late: what won, and when.</summary>
internal static class Conflicts
{
    public static ProblemException Ended(Interaction interaction) => interaction.Status switch
    {
        "responded" => Problems.Conflict(
            $"The question has been answered: {interaction.Outcome}, by {Winner(interaction)}, at {interaction.RespondedAt:yyyy-MM-ddTHH:mm:ss.fffZ}.", "already_answered"),
        "timeout" => TimedOut(interaction),
        "cancelled" => Problems.Conflict("The question was cancelled: no answer is needed any more.", "cancelled"),
        _ => Problems.Conflict("The question could not be put to anybody, and its run has gone on without an answer.", "failed"),
    };

    public static ProblemException TimedOut(Interaction interaction) =>
        Problems.Conflict($"The time to answer was up at {interaction.TimeoutAt:yyyy-MM-ddTHH:mm:ss.fffZ}.", "timed_out");

    /// <summary>Whether the answer that won is this person's own, said again.</summary>
    public static bool IsSame(Interaction interaction, Responder responder, JsonElement data) =>
        interaction is { Status: "responded", ResponseData: { } response } && Who(interaction)?.Voter == responder.Voter
        && data.ValueKind == JsonValueKind.Object && QuestionReader.Part(response, "raw") is { } raw && JsonElement.DeepEquals(raw, data);

    public static string Winner(Interaction interaction) => Who(interaction)?.Shown ?? "somebody";

    private static Responder? Who(Interaction interaction) => interaction.AnsweredBy?.Deserialize<Responder>(JsonConventions.Options);
}
