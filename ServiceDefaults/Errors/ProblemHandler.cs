using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AiTeams.ServiceDefaults.Errors;

/// <summary>Answers what a request handler threw.</summary>
internal sealed partial class ProblemHandler(ILogger<ProblemHandler> logger) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (httpContext.RequestAborted.IsCancellationRequested)
        {
            // The client has gone: nobody reads an answer and nothing of ours is wrong.
            httpContext.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
            return true;
        }

        var problem = ExceptionMapping.ToProblem(exception);
        if (problem is null)
        {
            LogFault(exception, httpContext.Request.Method, httpContext.Request.Path);
        }
        else if (problem.Status >= 500)
        {
            LogUnavailable(httpContext.Request.Method, httpContext.Request.Path, problem.Code, exception.Message);
        }

        await ProblemDocument.WriteAsync(httpContext, problem ?? Problems.Internal());
        return true;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path} failed")]
    private partial void LogFault(Exception exception, string method, string path);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Method} {Path} answered {Code}: {Reason}")]
    private partial void LogUnavailable(string method, string path, string code, string reason);
}
