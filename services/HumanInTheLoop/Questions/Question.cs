using System.Text.Json;

namespace AiTeams.HumanInTheLoop.Questions;

/// <summary>One field of an input (domain section 6.3).</summary>
/// <param name="Type">text, number, email, date or select.</param>
/// <param name="Min">Of a number its least value, of a text its least length.</param>
/// <param name="Pattern">A regular expression the whole text has to match.</param>
internal sealed record InputField(
    string Name, string Label, string Type, bool Required, IReadOnlyList<string> Options, double? Min, double? Max, string? Pattern, string Placeholder);

/// <summary>One choice of a selection.</summary>
internal sealed record SelectionOption(string Value, string Label, string Description);

/// <summary>Who is asked when the first ones have not answered, until when, and what then.</summary>
internal sealed record Escalation(IReadOnlyList<string> To, string Then, DateTimeOffset Until);

/// <summary>What people are asked: <c>human_interactions.request_data</c> as its engine wrote it, read once.</summary>
internal sealed record Question
{
    public required string Type { get; init; }

    public string Title { get; init; } = "";

    public string Description { get; init; } = "";

    public string Message { get; init; } = "";

    /// <summary>What is to be looked at; null when there is nothing.</summary>
    public JsonElement? Content { get; init; }

    /// <summary>What the two answers of an approval are called, the one that approves first.</summary>
    public IReadOnlyList<string> ApprovalOptions { get; init; } = ["approve", "reject"];

    public bool ReasonRequired { get; init; }

    public bool AllowEdit { get; init; }

    public IReadOnlyList<InputField> Fields { get; init; } = [];

    public IReadOnlyList<SelectionOption> Options { get; init; } = [];

    public bool Multiple { get; init; }

    public int MinSelections { get; init; } = 1;

    public int MaxSelections { get; init; } = 1;

    public IReadOnlyList<string> Criteria { get; init; } = [];

    /// <summary>pass_fail, numeric_scale, letter_grade, checklist or custom.</summary>
    public string Scoring { get; init; } = "pass_fail";

    public double ScoreMin { get; init; } = 1;

    public double ScoreMax { get; init; } = 5;

    public double PassingThreshold { get; init; } = 3;

    public bool EvidenceRequired { get; init; }

    /// <summary>Ids of users, e-mail addresses and ids of Slack users who may answer; everybody who is asked when it is empty.</summary>
    public IReadOnlyList<string> Approvers { get; init; } = [];

    public int RequiredAnswers { get; init; } = 1;

    public bool RequesterMayAnswer { get; init; } = true;

    /// <summary>Who started the run by hand; empty when a trigger did.</summary>
    public string Requester { get; init; } = "";

    public bool AllowDelegation { get; init; } = true;

    public Escalation? Escalation { get; init; }

    /// <summary>The answer that is taken when nobody answers.</summary>
    public JsonElement? DefaultResponse { get; init; }

    /// <summary>By channel its settings, without secrets.</summary>
    public JsonElement Channels { get; init; }

    /// <summary>The node's own wording by occasion: approved, rejected, timeout, escalated, completed, warning.</summary>
    public JsonElement? Messages { get; init; }

    public string WorkflowName { get; init; } = "";

    public string NodeName { get; init; } = "";

    /// <summary>workflow_executions.execution_id.</summary>
    public string ExecutionId { get; init; } = "";

    /// <summary>The names of its channels, the first one first.</summary>
    public IEnumerable<string> ChannelNames => Channels.ValueKind == JsonValueKind.Object ? Channels.EnumerateObject().Select(channel => channel.Name) : [];
}
