using MimeKit;

namespace AiTeams.Scheduler.Mail;

/// <summary>There is more in a message than any honest one has.</summary>
internal sealed class TooMuchMimeException(string message) : Exception(message);

/// <summary>Reads through a message without keeping anything of it: a part of six bytes would become an object of hundreds, and there may be millions.</summary>
internal sealed class MimeCensus : MimeReader
{
    private readonly MimeSource _source;
    private int _parts;
    private int _headers;
    private long _headerBytes;

    public MimeCensus(Stream stream, ParserOptions options)
        : this(new MimeSource(stream), options)
    {
    }

    private MimeCensus(MimeSource source, ParserOptions options)
        : base(options, source) => _source = source;

    protected override void OnHeadersBegin(long beginOffset, int beginLineNumber, CancellationToken cancellationToken) => _source.LeftForHeaders = MimeText.MaxHeaderBytes;

    protected override void OnHeadersEnd(long beginOffset, int beginLineNumber, long endOffset, int endLineNumber, CancellationToken cancellationToken) =>
        _source.LeftForHeaders = null;

    protected override void OnHeaderRead(Header header, int beginLineNumber, CancellationToken cancellationToken)
    {
        _headerBytes += header.RawField.Length + header.RawValue.Length;
        if (++_headers > MimeText.MaxHeaders || _headerBytes > MimeText.MaxHeaderBytes)
        {
            throw MimeSource.TooManyHeaders();
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
