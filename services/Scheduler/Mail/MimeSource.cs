namespace AiTeams.Scheduler.Mail;

/// <summary>
/// A message's bytes as far as they may be read. A header is only told when it is over, and until then MimeKit copies it whenever it has grown by a
/// little: ten megabytes of one header would be copied for ten seconds. So it is the bytes that are counted while headers are being read.
/// </summary>
internal sealed class MimeSource(Stream stream) : Stream
{
    /// <summary>Null while no headers are being read.</summary>
    public int? LeftForHeaders { get; set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => stream.Length;

    public override long Position
    {
        get => stream.Position;
        set => throw new NotSupportedException();
    }

    public static TooMuchMimeException TooManyHeaders() =>
        new($"The message has more than {MimeText.MaxHeaders} headers, or more than {MimeText.MaxHeaderBytes} bytes of them.");

    public override int Read(byte[] buffer, int offset, int count)
    {
        var read = stream.Read(buffer, offset, count);
        if (LeftForHeaders is { } left)
        {
            LeftForHeaders = left >= read ? left - read : throw TooManyHeaders();
        }

        return read;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
