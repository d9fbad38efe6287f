using System.Text;
using MimeKit;

namespace AiTeams.Scheduler.Mail;

/// <summary>The parts of a message: its first plain text, its first HTML, and everything else as an attachment. A message in a message is one too.</summary>
internal sealed class MailParts
{
    private const int LongestName = 255;

    // Characters take four bytes at most, so these are enough for the longest text.
    private const int MaxTextBytes = MailText.Longest * 4;

    private static readonly FormatOptions Lines = AsOnTheWire();

    private readonly List<ReceivedAttachment> _attachments = [];
    private string? _text;
    private string? _html;

    public string Text => _text ?? "";

    public string Html => _html ?? "";

    public IReadOnlyList<ReceivedAttachment> Attachments => _attachments;

    /// <summary>In a sentence; "" when everything could be read.</summary>
    public string LeftOut { get; private set; } = "";

    /// <param name="entity">No deeper than the parser lets it be.</param>
    public void Add(MimeEntity? entity)
    {
        switch (entity)
        {
            case Multipart parts:
                foreach (var part in parts)
                {
                    Add(part);
                }

                break;
            case TextPart { IsAttachment: false, IsPlain: true } plain when _text is null:
                _text = TextOf(plain);
                break;
            case TextPart { IsAttachment: false, IsHtml: true } html when _html is null:
                _html = TextOf(html);
                break;
            case MimePart { Content: { } content } part:
                Attach(part.FileName, part, kept => content.DecodeTo(kept));
                break;
            case MessagePart { Message: { } message } inner:
                Attach(inner.ContentDisposition?.FileName ?? "message.eml", inner, kept => message.WriteTo(Lines, kept));
                break;
        }
    }

    private string TextOf(TextPart part)
    {
        if (part.Content is null)
        {
            return "";
        }

        using var kept = new KeptStart(MaxTextBytes);
        part.Content.DecodeTo(kept);
        if (kept.Length > MaxTextBytes)
        {
            LeftOut = "The text is too long: its beginning was read.";
        }

        var text = Charset(part).GetString(kept.Start.Span);
        if (text.Length > MailText.Longest)
        {
            LeftOut = "The text is too long: its beginning was read.";
        }

        return MailText.Storable(text);
    }

    private static FormatOptions AsOnTheWire()
    {
        var options = FormatOptions.Default.Clone();
        options.NewLineFormat = NewLineFormat.Dos;
        return options;
    }

    private static Encoding Charset(TextPart part)
    {
        try
        {
            return part.ContentType.CharsetEncoding ?? Encoding.UTF8;
        }
        catch (Exception unknown) when (unknown is NotSupportedException or ArgumentException)
        {
            return Encoding.UTF8;
        }
    }

    private void Attach(string? name, MimeEntity part, Action<Stream> write)
    {
        using var kept = new KeptStart(AttachmentRules.MaxTogether);
        write(kept);
        name = new string([.. (name ?? "").Where(letter => !char.IsControl(letter))]);
        name = name[(name.LastIndexOfAny(['/', '\\']) + 1)..];
        _attachments.Add(new ReceivedAttachment(
            name.Length > 0 ? MailText.Storable(name, LongestName) : $"attachment-{_attachments.Count + 1}", MailText.Storable(part.ContentType.MimeType, LongestName),
            kept.Length, kept.Length <= AttachmentRules.MaxTogether ? kept.Start : null));
    }
}
