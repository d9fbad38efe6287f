using System.Text;
using AiTeams.WorkflowEngine.Core.Data;

namespace AiTeams.WorkflowEngine.Core.Nodes;

/// <summary>Writes the request body. What a previous response left in the input <c>body</c> is not sent along with a GET.</summary>
internal static class HttpBody
{
    public static (ReadOnlyMemory<byte>? Body, string? ContentType) Write(string method, JsonData configuration, JsonData inputs)
    {
        var carriesInput = method is "POST" or "PUT" or "PATCH";
        var body = !configuration["body"].IsNull ? configuration["body"] : carriesInput ? inputs["body"] : default;
        if (body.IsNull)
        {
            return (null, null);
        }

        return configuration["body_type"].Text switch
        {
            "none" => ((ReadOnlyMemory<byte>?)null, (string?)null),
            "form" => (Encoding.UTF8.GetBytes(Form(body)), "application/x-www-form-urlencoded"),
            "raw" => (Encoding.UTF8.GetBytes(body.ToDisplayText()), "text/plain; charset=utf-8"),
            _ => (Json(body), "application/json"),
        };
    }

    // A text that is JSON already, as templates make it, goes out as it is.
    private static byte[] Json(JsonData body) =>
        body.Text is { } text && !JsonData.TryParse(text).IsMissing ? Encoding.UTF8.GetBytes(text) : body.ToUtf8();

    private static string Form(JsonData body)
    {
        if (!body.IsObject)
        {
            return body.ToDisplayText();
        }

        var pairs = new List<string>();
        foreach (var (name, value) in body.Fields)
        {
            foreach (var single in value.IsArray ? value.Items : [value])
            {
                pairs.Add($"{Escape(name)}={Escape(single.ToDisplayText())}");
            }
        }

        return string.Join('&', pairs);
    }

    private static string Escape(string text) => Uri.EscapeDataString(text).Replace("%20", "+", StringComparison.Ordinal);
}
