namespace AiTeams.ServiceDefaults.Errors;

/// <summary>Places in a body (RFC 6901).</summary>
public static class JsonPointer
{
    /// <summary>The place of a property of the object at <paramref name="pointer"/>; "" is the whole body.</summary>
    public static string Append(string pointer, string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return $"{pointer}/{name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}";
    }
}
