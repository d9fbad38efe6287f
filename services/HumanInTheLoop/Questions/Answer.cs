using System.Text.Json.Nodes;

namespace AiTeams.HumanInTheLoop.Questions;

/// <summary>A valid answer.</summary>
/// <param name="Outcome">The port the node goes on by: confirmed, rejected or unrelated.</param>
/// <param name="ResponseData">approval_response, input_response, selection_response or review_response, and raw (domain section 6.4).</param>
/// <param name="Text">The answer in the person's words.</param>
internal sealed record Answer(string Outcome, JsonObject ResponseData, string Text)
{
    /// <summary>The content as the person has changed it; null when it stays as it was.</summary>
    public JsonNode? Content { get; init; }

    /// <summary>How sure the meaning is, 0 to 1: 1 for buttons and forms.</summary>
    public double Confidence { get; init; } = 1;

    public string Reasoning { get; init; } = "Answered by a form or a button: nothing had to be interpreted.";

    /// <summary>Where several have to agree: whether this one does.</summary>
    public bool Agrees => Outcome == "confirmed";

    /// <summary>The wording that confirms it: approved, rejected or completed.</summary>
    public static string OccasionOf(string type, string outcome) => outcome switch
    {
        "rejected" => "rejected",
        "confirmed" when type is "approval" or "review" => "approved",
        _ => "completed",
    };
}
