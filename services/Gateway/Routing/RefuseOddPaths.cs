using AiTeams.Gateway.Answers;
using AiTeams.ServiceDefaults.Errors;

namespace AiTeams.Gateway.Routing;

/// <summary>
/// A path means the same here and behind the gateway, or it goes no further. The server has decoded the path once and removed its
/// dot segments; an escape that is still there would be decoded by the next server, past the route table: %252e%252e becomes ..
/// </summary>
internal sealed class RefuseOddPaths(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context) =>
        IsOdd(context.Request.Path.Value ?? "")
            ? context.RefuseAsync(Problems.BadRequest("The path has empty or escaped segments.", "bad_path"))
            : next(context);

    internal static bool IsOdd(string path)
    {
        if (path.Contains("//", StringComparison.Ordinal))
        {
            return true;
        }

        foreach (var c in path)
        {
            if (c is '%' or '\\' || char.IsControl(c))
            {
                return true;
            }
        }

        foreach (var segment in path.AsSpan().Split('/'))
        {
            if (path.AsSpan(segment) is "." or "..")
            {
                return true;
            }
        }

        return false;
    }
}
