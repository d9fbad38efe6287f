using System.Globalization;
using AiTeams.Contracts.Integrations.V1;

namespace AiTeams.HumanInTheLoop.Delivering;

/// <summary>What an HTTP answer that is no success means for a message.</summary>
internal static class HttpResults
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    public static DeliveryResult Of(SendHttpResponse answer, string who) => answer switch
    {
        { StatusCode: 0, Failure: HttpFailure.Refused or HttpFailure.InvalidRequest or HttpFailure.TooLarge } => new DeliveryResult.Failed(answer.ErrorMessage),
        { StatusCode: 0 } => new DeliveryResult.Again($"{who} cannot be reached: {answer.ErrorMessage}"),
        { StatusCode: 408 or 425 or 429 or >= 500 } => new DeliveryResult.Again(string.Create(CultureInfo.InvariantCulture, $"{who} answered {answer.StatusCode}."), RetryAfter(answer)),
        _ => new DeliveryResult.Failed(string.Create(CultureInfo.InvariantCulture, $"{who} answered {answer.StatusCode}.")),
    };

    /// <summary>Seconds as in RFC 9110, section 10.2.3; a date is not sent by anybody we call here.</summary>
    public static TimeSpan? RetryAfter(SendHttpResponse answer) =>
        answer.Headers.FirstOrDefault(header => header.Name == "retry-after") is { } header
        && double.TryParse(header.Value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds)
            ? TimeSpan.FromSeconds(Math.Min(seconds, LongestWait.TotalSeconds))
            : null;
}
