using System.Diagnostics.CodeAnalysis;
using AiTeams.ServiceDefaults.Errors;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.Extensions.Logging;

namespace AiTeams.ServiceDefaults.Grpc;

/// <summary>Answers what a gRPC method threw with the status that belongs to its problem.</summary>
[SuppressMessage("Design", "CA1031", Justification = "This is the one mapper: everything ends here.")]
internal sealed partial class ProblemInterceptor(ILogger<ProblemInterceptor> logger) : Interceptor
{
    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            return await continuation(request, context);
        }
        catch (Exception exception)
        {
            throw ToStatus(exception, context);
        }
    }

    public override async Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, ServerCallContext context, ClientStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            return await continuation(requestStream, context);
        }
        catch (Exception exception)
        {
            throw ToStatus(exception, context);
        }
    }

    public override async Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            await continuation(request, responseStream, context);
        }
        catch (Exception exception)
        {
            throw ToStatus(exception, context);
        }
    }

    public override async Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            await continuation(requestStream, responseStream, context);
        }
        catch (Exception exception)
        {
            throw ToStatus(exception, context);
        }
    }

    private RpcException ToStatus(Exception exception, ServerCallContext context)
    {
        // A status, thrown by the method itself or handed on from a service it called, stays what it is.
        if (exception is RpcException call)
        {
            return call;
        }

        if (exception is OperationCanceledException && context.CancellationToken.IsCancellationRequested)
        {
            return new RpcException(Status.DefaultCancelled);
        }

        var problem = ExceptionMapping.ToProblem(exception);
        if (problem is null)
        {
            LogFault(exception, context.Method);
        }
        else if (problem.Status >= 500)
        {
            LogUnavailable(context.Method, problem.Code, exception.Message);
        }

        return ProblemTrailers.ToRpcException(problem ?? Problems.Internal());
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} failed")]
    private partial void LogFault(Exception exception, string method);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Method} answered {Code}: {Reason}")]
    private partial void LogUnavailable(string method, string code, string reason);
}
