using System.Text.Json;
using System.Text.Json.Serialization;

namespace AiTeams.HumanInTheLoop.Scoring;

/// <summary>What a score leads to: a relevant reply answers, a filtered one is left alone, an uncertain one is asked back about.</summary>
internal enum Classification
{
    [JsonStringEnumMemberName("relevant")] Relevant,
    [JsonStringEnumMemberName("filtered")] Filtered,
    [JsonStringEnumMemberName("uncertain")] Uncertain,
}

/// <summary>What a text says as an answer.</summary>
internal enum Outcome
{
    /// <summary>Nothing in it answers the question.</summary>
    [JsonStringEnumMemberName("none")] None,

    /// <summary>It has to do with the question, but does not answer it, or not in one way.</summary>
    [JsonStringEnumMemberName("unclear")] Unclear,

    /// <summary>Yes; in a review, passed.</summary>
    [JsonStringEnumMemberName("confirmed")] Confirmed,

    /// <summary>No; in a review, not passed.</summary>
    [JsonStringEnumMemberName("rejected")] Rejected,

    /// <summary>Values that were asked for: fields, options, a review's score without a verdict.</summary>
    [JsonStringEnumMemberName("answered")] Answered,
}

/// <summary>A text read as an answer.</summary>
internal sealed record AnswerReading(Outcome Outcome, string Explanation)
{
    /// <summary>How much of the text is the answer, 0..1: 1 when it says nothing else.</summary>
    public double Purity { get; init; } = 1;

    /// <summary>Share of the words that answer or speak of what was asked, 0..1.</summary>
    public double AboutIt { get; init; }

    /// <summary>Whether an action word, an option or a value stands in it, whatever was made of it.</summary>
    public bool HasKeyword { get; init; }

    /// <summary>Why, in the person's words.</summary>
    public string? Reason { get; init; }

    /// <summary>The approval's option, by its value, where the answer names one.</summary>
    public string? Option { get; init; }

    /// <summary>Fields by name (numbers as numbers, dates as YYYY-MM-DD), or a review's score and comments.</summary>
    public IReadOnlyDictionary<string, object> Values { get; init; } = new Dictionary<string, object>();

    /// <summary>Values of the chosen options, in the order of the question.</summary>
    public IReadOnlyList<string> Selected { get; init; } = [];

    [JsonIgnore]
    public bool IsAnswer => Outcome is Outcome.Confirmed or Outcome.Rejected or Outcome.Answered;
}

/// <summary>One of the eight factors: its value 0..1, and why in a sentence.</summary>
internal sealed record Factor(string Name, decimal Weight, decimal Value, string Explanation);

/// <summary>What a reply is worth as the answer to a question. <see cref="Relevance"/> is 0..1 with two decimals.</summary>
internal sealed record Score(decimal Relevance, Classification Classification, IReadOnlyList<Factor> Factors, AnswerReading Reading, string Reasoning)
{
    /// <summary>As it is stored beside the response: snake_case, enumerations by name.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, ScoringJson.Default.Score);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UseStringEnumConverter = true)]
[JsonSerializable(typeof(Score))]
[JsonSerializable(typeof(Question))]
[JsonSerializable(typeof(Reply))]
[JsonSerializable(typeof(decimal))]
[JsonSerializable(typeof(Dictionary<string, Question>))]
internal sealed partial class ScoringJson : JsonSerializerContext;
