using System.Text;
using System.Text.Encodings.Web;

namespace AiTeams.HumanInTheLoop.Links;

/// <summary>A page around some content: plain HTML that works without JavaScript, on a phone, by keyboard and in the dark, and loads nothing.</summary>
internal static class PageHtml
{
    public const string ContentType = "text/html; charset=utf-8";

    private const string Style = """
        :root{color-scheme:light dark;--line:#8884;--ok:#0a7a3d;--no:#b3261e;--ink:#1b1b1f;--paper:#fff;--soft:#f4f4f7}
        @media (prefers-color-scheme:dark){:root{--ink:#ececf1;--paper:#17171b;--soft:#222228;--ok:#3fbf7f;--no:#ff8a80}}
        *{box-sizing:border-box}
        body{margin:0;background:var(--soft);color:var(--ink);font:1rem/1.5 system-ui,sans-serif}
        main{max-width:40rem;margin:0 auto;padding:1.25rem;background:var(--paper);min-height:100vh}
        h1{font-size:1.4rem;line-height:1.25;margin:.25rem 0 1rem;overflow-wrap:anywhere}
        .about{color:inherit;opacity:.75;font-size:.9rem;margin:0}
        .message{white-space:pre-wrap;overflow-wrap:anywhere}
        pre,.content{white-space:pre-wrap;overflow-wrap:anywhere;background:var(--soft);border:1px solid var(--line);border-radius:.5rem;padding:.75rem;max-height:50vh;overflow:auto}
        form>*{margin:1rem 0}
        label,legend{display:block;font-weight:600;margin-bottom:.25rem}
        fieldset{border:1px solid var(--line);border-radius:.5rem;padding:.5rem .75rem}
        .choice{display:flex;gap:.6rem;align-items:flex-start;font-weight:400;padding:.5rem 0;min-height:2.75rem}
        .choice input{width:1.25rem;height:1.25rem;margin-top:.15rem;flex:none}
        input:not([type=checkbox]):not([type=radio]),select,textarea{width:100%;font:inherit;color:inherit;background:var(--paper);border:1px solid #8889;border-radius:.5rem;padding:.6rem}
        textarea{min-height:5rem}
        .buttons{display:flex;flex-wrap:wrap;gap:.75rem}
        button{font:inherit;font-weight:600;min-height:3rem;padding:.5rem 1.25rem;border-radius:.5rem;border:2px solid currentColor;background:transparent;color:inherit;cursor:pointer;flex:1 1 8rem;overflow-wrap:anywhere}
        button.yes{background:var(--ok);border-color:var(--ok);color:var(--paper)}
        button.no{color:var(--no)}
        button.quiet{border-width:1px;font-weight:400;flex:0 1 auto}
        :focus-visible{outline:3px solid #4c8dff;outline-offset:2px}
        .problems{border-left:4px solid var(--no);padding:.25rem 1rem}
        .hint{font-weight:400;opacity:.75;font-size:.9rem}
        """;

    /// <summary>Allows the page's own style and forms to itself, and nothing else.</summary>
    public static string Policy { get; } =
        $"default-src 'none'; style-src 'sha256-{Convert.ToBase64String(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(Style)))}'; "
        + "form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

    public static string Page(string title, string body) => $"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="robots" content="noindex, nofollow">
        <title>{Text(title)}</title>
        <style>{Style}</style>
        </head>
        <body>
        <main>
        {body}
        </main>
        </body>
        </html>
        """;

    /// <summary>A text where markup is expected, in an element or in an attribute's quotes.</summary>
    public static string Text(string? text) => HtmlEncoder.Default.Encode(text ?? "");
}
