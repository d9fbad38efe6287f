using MimeKit;

namespace AiTeams.Scheduler.Mail;

/// <summary>There is more in a message than any honest one has.</summary>
internal sealed class TooMuchMimeException(string message) : Exception(message);

/// <summary>Reads through a message without keeping anything of it: a part of six bytes would become an object of hundreds, and there may be millions.</summary>
internal sealed class MimeCensus(Stream stream, ParserOptions options) : MimeReader(options, stream)
{
    private int _parts;
    private int _headers;
    private long _headerBytes;

    protected override void OnHeaderRead(Header header, int beginLineNumber, CancellationToken cancellationToken)
    {
        _headerBytes += header.RawField.Length + header.RawValue.Length;
        if (++_headers > MimeText.MaxHeaders || _headerBytes > MimeText.MaxHeaderBytes)
        {
            throw new TooMuchMimeException($"The message has more than {MimeText.MaxHeaders} headers, or more than {MimeText.MaxHeaderBytes} bytes of them.");
        }
    }

    protected override void OnMimePartBegin(ContentType contentType, long beginOffset, int beginLineNumber, CancellationToken cancellationToken) => Count();

    protected override void OnMultipartBegin(ContentType contentType, long beginOffset, int beginLineNumber, CancellationToken cancellationToken) => Count();

    protected override void OnMessagePartBegin(ContentType contentType, long beginOffset, int beginLineNumber, CancellationToken cancellationToken) => Count();

    private void Count()
    {
        if (++_parts > MimeText.MaxParts)
        {
            throw new TooMuchMimeException($"The message has more than {MimeText.MaxParts} parts.");
        }
    }
}
