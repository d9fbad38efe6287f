using System.Globalization;

namespace AiTeams.WorkflowEngine.Definitions;

/// <summary>The <c>{n}</c> of a route. Versions count from 1; what is no number becomes 0 and is not found.</summary>
internal readonly record struct VersionNumber(int Value)
{
    public static bool TryParse(string? text, IFormatProvider? provider, out VersionNumber number)
    {
        _ = provider;
        number = new(int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : 0);
        return true;
    }
}
