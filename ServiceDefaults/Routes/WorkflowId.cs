namespace AiTeams.ServiceDefaults.Routes;

/// <summary>The id of a workflow in a route. What is no id becomes the id no workflow has, so that it is not found like any other.</summary>
public readonly record struct WorkflowId(Guid Value)
{
    public static bool TryParse(string? text, IFormatProvider? provider, out WorkflowId id)
    {
        _ = provider;
        id = new(Guid.TryParseExact(text, "D", out var value) ? value : Guid.Empty);
        return true;
    }
}
