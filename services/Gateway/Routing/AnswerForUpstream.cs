using AiTeams.Gateway.Answers;
using AiTeams.ServiceDefaults.Errors;
using Yarp.ReverseProxy.Forwarder;

namespace AiTeams.Gateway.Routing;

/// <summary>
/// What the client hears when a service does not answer: never the proxy's bare 502. A replica that cannot be connected to was
/// not sent anything, so the request goes to the next one; when none is left the answer is 503 and when to come back.
/// </summary>
internal sealed partial class AnswerForUpstream(ILogger<AnswerForUpstream> logger)
{
    public async Task InvokeAsync(HttpContext context, Func<Task> next)
    {
        var proxy = context.GetReverseProxyFeature();
        var untried = proxy.AvailableDestinations.ToList();
        await next();
        while (NotConnected(context) && untried.Remove(proxy.ProxiedDestination!) && untried.Count > 0)
        {
            proxy.AvailableDestinations = untried;
            context.Features.Set<IForwarderErrorFeature>(null);
            context.Response.StatusCode = StatusCodes.Status200OK;
            await next();
        }

        if (context.GetForwarderErrorFeature() is not { } failure || context.Response.HasStarted)
        {
            return;
        }

        if (context.RequestAborted.IsCancellationRequested)
        {
            context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
            return;
        }

        var service = context.GetRouteModel().Config.ClusterId ?? "";
        var problem = ToProblem(failure, context.Response.StatusCode);
        if (problem.Status >= 500)
        {
            LogFailed(service, failure.Error, failure.Exception?.Message);
        }

        await context.RefuseAsync(problem);
    }

    private static bool NotConnected(HttpContext context) =>
        context.GetForwarderErrorFeature() is
        {
            Error: ForwarderError.Request, Exception: HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError },
        } && !context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested;

    private static ProblemException ToProblem(IForwarderErrorFeature failure, int status) => failure.Error switch
    {
        ForwarderError.RequestTimedOut => Problems.UpstreamTimeout(),
        ForwarderError.RequestBodyClient or ForwarderError.RequestBodyCanceled =>
            failure.Exception is BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge }
            || failure.Exception?.InnerException is BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge }
            || status == StatusCodes.Status413PayloadTooLarge
                ? Problems.TooLarge()
                : Problems.BadRequest("The body could not be read."),
        _ => Problems.ServiceUnavailable(),
    };

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Service} could not be asked: {Error} {Reason}")]
    private partial void LogFailed(string service, ForwarderError error, string? reason);
}
