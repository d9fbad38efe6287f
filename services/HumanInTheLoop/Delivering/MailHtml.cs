using System.Text;
using System.Text.Encodings.Web;

namespace AiTeams.HumanInTheLoop.Delivering;

/// <summary>The same message for mail programs that show HTML: inline styles only, no picture, no script, and buttons that are links to the page.</summary>
internal static class MailHtml
{
    private const string Button = "display:inline-block;padding:12px 20px;margin:0 12px 12px 0;border-radius:8px;text-decoration:none;font-weight:600;";

    public static string Page(Delivery delivery, MessageText text, string url)
    {
        var question = delivery.Interaction.Question;
        var html = new StringBuilder("<!doctype html><html><body style=\"margin:0;padding:24px;font:16px/1.5 system-ui,sans-serif;color:#1b1b1f\">")
            .Append("<div style=\"max-width:600px;margin:0 auto\">");
        foreach (var paragraph in text.Body.Split("\n\n").Where(part => url.Length == 0 || !part.Contains(url, StringComparison.Ordinal)))
        {
            html.Append("<p style=\"white-space:pre-wrap;margin:0 0 16px\">").Append(Text(paragraph)).Append("</p>");
        }

        if (url.Length > 0)
        {
            html.Append("<p style=\"margin:24px 0\">");
            if (question.Type == "approval")
            {
                Link(html, $"{url}?choice=approve", question.ApprovalOptions[0], "background:#0a7a3d;color:#ffffff");
                Link(html, $"{url}?choice=reject", question.ApprovalOptions[1], "border:2px solid #b3261e;color:#b3261e");
            }
            else
            {
                Link(html, url, "Answer", "background:#0a7a3d;color:#ffffff");
            }

            html.Append("</p><p style=\"color:#5f5f66;font-size:14px\">The link opens a page; nothing is decided before you confirm it there. It is yours alone: do not pass this message on.")
                .Append(" You may also simply reply.</p>");
        }

        return html.Append("<p style=\"color:#5f5f66;font-size:14px\">").Append(Text(question.WorkflowName)).Append("</p></div></body></html>").ToString();
    }

    private static void Link(StringBuilder html, string url, string label, string style) =>
        html.Append("<a href=\"").Append(Text(url)).Append("\" style=\"").Append(Button).Append(style).Append("\">").Append(Text(label)).Append("</a>");

    private static string Text(string text) => HtmlEncoder.Default.Encode(text);
}
