using System.Diagnostics;

namespace AiTeams.Gateway.Tracing;

/// <summary>
/// Lets a caller name the trace with X-Trace-ID (32 hexadecimal digits, or a UUID) where it has no traceparent to send: the whole
/// request, here and behind, then runs under that id.
/// </summary>
internal sealed class TraceIdPropagator(DistributedContextPropagator inner) : DistributedContextPropagator
{
    public const string Header = "X-Trace-ID";

    public override IReadOnlyCollection<string> Fields { get; } = [.. inner.Fields, Header];

    public override void ExtractTraceIdAndState(object? carrier, PropagatorGetterCallback? getter, out string? traceId, out string? traceState)
    {
        inner.ExtractTraceIdAndState(carrier, getter, out traceId, out traceState);
        if (!string.IsNullOrEmpty(traceId) || getter is null)
        {
            return;
        }

        getter(carrier, Header, out var value, out _);
        if (Guid.TryParse(value, out var id) && id != Guid.Empty)
        {
            traceId = $"00-{id:N}-{ActivitySpanId.CreateRandom().ToHexString()}-01";
        }
    }

    public override IEnumerable<KeyValuePair<string, string?>>? ExtractBaggage(object? carrier, PropagatorGetterCallback? getter) =>
        inner.ExtractBaggage(carrier, getter);

    public override void Inject(Activity? activity, object? carrier, PropagatorSetterCallback? setter) => inner.Inject(activity, carrier, setter);
}

/// <summary>Tells every caller, in X-Trace-ID, under which id the request is found in traces and logs.</summary>
internal sealed class EmitTraceId(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        var id = Activity.Current?.TraceId.ToHexString() ?? context.TraceIdentifier;
        context.Request.Headers[TraceIdPropagator.Header] = id;
        context.Response.OnStarting(() =>
        {
            context.Response.Headers[TraceIdPropagator.Header] = id;
            return Task.CompletedTask;
        });
        return next(context);
    }
}
