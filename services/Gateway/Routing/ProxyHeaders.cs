using Yarp.ReverseProxy.Transforms;
using Yarp.ReverseProxy.Transforms.Builder;

namespace AiTeams.Gateway.Routing;

/// <summary>
/// Headers on their way through. X-Forwarded-* from outside are replaced, not appended to: the services may believe what they
/// read there. Hop-by-hop headers the proxy leaves out by itself.
/// </summary>
internal static class ProxyHeaders
{
    private static readonly string[] NotFromOutside = ["Forwarded", "X-Real-IP", "X-Original-URL", "X-Rewrite-URL", "X-Original-Host"];

    public static void Add(TransformBuilderContext transforms)
    {
        transforms.AddXForwarded(ForwardedTransformActions.Set);
        foreach (var header in NotFromOutside)
        {
            transforms.AddRequestHeaderRemove(header);
        }

        transforms.AddResponseTransform(answer =>
        {
            var headers = answer.HttpContext.Response.Headers;
            headers.Remove("Server");
            if (answer.ProxyResponse?.Content.Headers.ContentType?.MediaType == "text/event-stream")
            {
                // A proxy in front of this one would otherwise collect events until its buffer is full.
                headers["X-Accel-Buffering"] = "no";
                if (headers.CacheControl.Count == 0)
                {
                    headers.CacheControl = "no-cache";
                }
            }

            return ValueTask.CompletedTask;
        });
    }
}
