using AiTeams.ServiceDefaults.Errors;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace AiTeams.ServiceDefaults.ApiDescription;

/// <summary>What endpoints say about themselves, in the words they share.</summary>
public static class EndpointDescription
{
    public static RouteHandlerBuilder Named(this RouteHandlerBuilder endpoint, string name, string summary) =>
        endpoint.WithName(name).WithSummary(summary);

    /// <summary>The problems of this endpoint; 401 is everybody's.</summary>
    public static RouteHandlerBuilder ProducesProblems(this RouteHandlerBuilder endpoint, params ReadOnlySpan<int> statuses)
    {
        foreach (var status in statuses)
        {
            endpoint.Produces<ProblemDocument>(status, ProblemDocument.ContentType);
        }
        return endpoint.Produces<ProblemDocument>(StatusCodes.Status401Unauthorized, ProblemDocument.ContentType);
    }

    /// <summary>Query parameters the handler reads by hand.</summary>
    public static RouteHandlerBuilder WithQuery(this RouteHandlerBuilder endpoint, params string[] names) =>
        endpoint.WithMetadata(new QueryParameters(names));
}

/// <summary>Names of query parameters, as metadata of an endpoint.</summary>
internal sealed record QueryParameters(IReadOnlyList<string> Names);
