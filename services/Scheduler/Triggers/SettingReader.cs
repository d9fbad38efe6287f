using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace AiTeams.Scheduler.Triggers;

/// <summary>Reads parameters one by one; what does not fit reads as its default and is a fault.</summary>
internal sealed class SettingReader(JsonObject configuration)
{
    private readonly List<SettingFault> _faults = [];

    public IReadOnlyList<SettingFault> Faults => _faults;

    public string Text(string name, string value) => Read(name, value, "text");

    public bool Flag(string name, bool value = false) => Read(name, value, "true or false");

    public int Whole(string name, int value, int least, int most)
    {
        var found = Read(name, value, "a whole number");
        return found >= least && found <= most ? found : Fault(name, $"{name} is between {least} and {most}.", value);
    }

    /// <summary>A choice is written in snake_case: header_token.</summary>
    public TChoice Choice<TChoice>(string name, TChoice value)
        where TChoice : struct, Enum
    {
        var text = Text(name, "");
        return text.Length == 0 ? value
            : Enum.GetValues<TChoice>().Where(choice => Spelling(choice) == text).Select(choice => (TChoice?)choice).FirstOrDefault()
                ?? Fault(name, $"'{text}' is not one of {string.Join(", ", Enum.GetValues<TChoice>().Select(Spelling))}.", value);
    }

    /// <summary>One or more of some names.</summary>
    public IReadOnlyList<string> Names(string name, IReadOnlyList<string> known, IReadOnlyList<string> value)
    {
        if (configuration[name] is not { } found)
        {
            return value;
        }

        var names = found is JsonArray items ? [.. items.Select(item => item is JsonValue text && text.TryGetValue(out string? one) ? one : "")] : Array.Empty<string>();
        return names.Length > 0 && names.All(known.Contains) ? [.. names.Distinct()] : Fault(name, $"{name} lists one or more of {string.Join(", ", known)}.", value);
    }

    /// <summary>Any texts, possibly none.</summary>
    public IReadOnlyList<string> Texts(string name)
    {
        if (configuration[name] is not { } found)
        {
            return [];
        }

        var texts = (found as JsonArray)?.Select(item => item is JsonValue text && text.TryGetValue(out string? one) && one.Length > 0 ? one : null).ToList();
        return texts is not null && !texts.Contains(null) ? [.. texts.OfType<string>()] : Fault<IReadOnlyList<string>>(name, $"{name} is a list of texts.", []);
    }

    /// <summary>A regular expression that is matched in linear time; null for none.</summary>
    public Regex? Pattern(string name)
    {
        var text = Text(name, "");
        try
        {
            return text.Length == 0 ? null : new Regex(text, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (Exception broken) when (broken is ArgumentException or NotSupportedException)
        {
            return Fault<Regex?>(name, $"{name} is no pattern that can be matched safely: {broken.Message}", null);
        }
    }

    /// <summary>A secret to check signatures with: without one nobody could be told from anybody, so there has to be one.</summary>
    public string Secret(string name)
    {
        var secret = Text(name, "");
        if (string.IsNullOrWhiteSpace(secret) || secret.Contains("{{", StringComparison.Ordinal))
        {
            _faults.Add(string.IsNullOrWhiteSpace(secret)
                ? new("missing_secret", name, $"{name} is what deliveries are signed with: without it none can be believed.")
                : new("placeholder_left", name, "A placeholder is no secret: put the real one in its place."));
            return "";
        }

        return secret;
    }

    /// <summary>The secret alone, for a check that comes before anything else is done for a caller; "" for none, with which nothing passes.</summary>
    public static string SecretOf(DeployedTrigger trigger, string name) =>
        new SettingReader(trigger.Configuration).Secret(name);

    /// <summary>A name that may stand in front of a header's colon (RFC 9110, section 5.6.2); query parameters are called no other way.</summary>
    public string HeaderName(string name, string value)
    {
        var text = Text(name, "");
        return text.Length == 0 ? value
            : text.All(static c => char.IsAsciiLetterOrDigit(c) || "!#$%&'*+-.^_`|~".Contains(c, StringComparison.Ordinal)) ? text
            : Fault(name, $"{name} is a name without spaces: letters, digits, hyphens.", value);
    }

    private TValue Read<TValue>(string name, TValue value, string what) => configuration[name] switch
    {
        null => value,
        JsonValue found when found.TryGetValue(out TValue? read) && read is not null => read,
        _ => Fault(name, $"{name} is {what}.", value),
    };

    private TValue Fault<TValue>(string name, string message, TValue value)
    {
        _faults.Add(new("invalid_value", name, message));
        return value;
    }

    private static string Spelling<TChoice>(TChoice choice)
        where TChoice : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(choice.ToString());
}

/// <summary>What is wrong with one parameter.</summary>
internal sealed record SettingFault(string Code, string Parameter, string Message);
