using AiTeams.ServiceDefaults.Identity;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.AspNetCore.Http;

namespace AiTeams.ServiceDefaults.Grpc;

/// <summary>
/// What every outgoing call has: the service token, a deadline, and the deadline and cancellation of the gRPC call during
/// which it is made, so that nobody works for a caller who has given up.
/// </summary>
internal sealed class CallDefaults(IHttpContextAccessor http, ServiceTokens tokens, TimeProvider clock) : Interceptor
{
    private static readonly TimeSpan UnaryDeadline = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan StreamDeadline = TimeSpan.FromHours(1);

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncUnaryCallContinuation<TRequest, TResponse> continuation) =>
        continuation(request, With(context, UnaryDeadline));

    public override TResponse BlockingUnaryCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context, BlockingUnaryCallContinuation<TRequest, TResponse> continuation) =>
        continuation(request, With(context, UnaryDeadline));

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncServerStreamingCallContinuation<TRequest, TResponse> continuation) =>
        continuation(request, With(context, StreamDeadline));

    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
        ClientInterceptorContext<TRequest, TResponse> context, AsyncClientStreamingCallContinuation<TRequest, TResponse> continuation) =>
        continuation(With(context, StreamDeadline));

    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
        ClientInterceptorContext<TRequest, TResponse> context, AsyncDuplexStreamingCallContinuation<TRequest, TResponse> continuation) =>
        continuation(With(context, StreamDeadline));

    private ClientInterceptorContext<TRequest, TResponse> With<TRequest, TResponse>(
        ClientInterceptorContext<TRequest, TResponse> context, TimeSpan patience)
        where TRequest : class
        where TResponse : class
    {
        var options = context.Options;
        var deadline = options.Deadline ?? (clock.GetUtcNow() + patience).UtcDateTime;
        if (http.HttpContext?.Features.Get<IServerCallContextFeature>()?.ServerCallContext is { } served)
        {
            deadline = served.Deadline < deadline ? served.Deadline : deadline;
            if (!options.CancellationToken.CanBeCanceled)
            {
                options = options.WithCancellationToken(served.CancellationToken);
            }
        }

        // The caller's own metadata object may be used for several calls: it is copied, not added to.
        var headers = new Metadata { { "authorization", $"Bearer {tokens.Current}" } };
        foreach (var entry in options.Headers ?? [])
        {
            headers.Add(entry);
        }

        return new ClientInterceptorContext<TRequest, TResponse>(context.Method, context.Host, options.WithDeadline(deadline).WithHeaders(headers));
    }
}
