using System.Text.Json.Serialization;

namespace AiTeams.HumanInTheLoop.Scoring;

/// <summary>What kind of answer is waited for.</summary>
internal enum QuestionType
{
    [JsonStringEnumMemberName("approval")] Approval,
    [JsonStringEnumMemberName("input")] Input,
    [JsonStringEnumMemberName("selection")] Selection,
    [JsonStringEnumMemberName("review")] Review,
}

/// <summary>One thing a person may choose. <paramref name="Approves"/> tells what it means for an approval; unsaid, the first option approves and the others reject.</summary>
internal sealed record Choice(string Value, string Label, bool? Approves = null);

/// <summary>One field a person fills in: <paramref name="FieldType"/> is text, number, email, date or select; min and max bound a number or a text's length.</summary>
internal sealed record InputField(string Name, string Label, string FieldType = "text", bool Required = false)
{
    public IReadOnlyList<Choice> Options { get; init; } = [];

    public decimal? Min { get; init; }

    public decimal? Max { get; init; }
}

/// <summary>An interaction that waits, as far as its answers are judged by it. Identities are those of the channel (a Slack user id, a mail address).</summary>
internal sealed record Question
{
    public required string Id { get; init; }

    public required QuestionType Type { get; init; }

    public string Title { get; init; } = "";

    public string Message { get; init; } = "";

    public IReadOnlyList<Choice> Options { get; init; } = [];

    public IReadOnlyList<InputField> Fields { get; init; } = [];

    public bool MultipleSelection { get; init; }

    public int? MinSelections { get; init; }

    public int? MaxSelections { get; init; }

    /// <summary>Who may answer. Empty: everybody in the channel.</summary>
    public IReadOnlyList<string> Approvers { get; init; } = [];

    /// <summary>Under which identity the question was asked: who mentions it means us.</summary>
    public string? AskedBy { get; init; }

    /// <summary>And under which name, for who writes "@name" as plain text.</summary>
    public string? AskedByName { get; init; }

    public required DateTimeOffset AskedAt { get; init; }

    public required DateTimeOffset TimeoutAt { get; init; }

    /// <summary>Where it was asked, for instance a Slack channel's id or the mailbox that sent it.</summary>
    public required string Channel { get; init; }

    /// <summary>The message's reference there: Slack's ts, a mail's Message-ID.</summary>
    public string? Thread { get; init; }

    public string? CorrelationId { get; init; }
}

/// <summary>What came in through a channel.</summary>
internal sealed record Reply
{
    public required string Text { get; init; }

    public string? Sender { get; init; }

    public bool IsBot { get; init; }

    public required string Channel { get; init; }

    /// <summary>What it replies to: Slack's thread_ts, a mail's In-Reply-To. Null for a message that stands alone.</summary>
    public string? Thread { get; init; }

    public string? CorrelationId { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>The mail's Auto-Submitted header (RFC 3834): everything but "no" was written by a machine.</summary>
    public string? AutoSubmitted { get; init; }

    /// <summary>The mail's Precedence header: bulk, junk, list and auto_reply are no person's answer.</summary>
    public string? Precedence { get; init; }

    /// <summary>Whether a header says that no person wrote this.</summary>
    [JsonIgnore]
    public bool IsAutomatic =>
        (AutoSubmitted is { Length: > 0 } submitted && !submitted.Trim().StartsWith("no", StringComparison.OrdinalIgnoreCase))
        || Precedence?.Trim().ToLowerInvariant() is "bulk" or "junk" or "list" or "auto_reply";
}
