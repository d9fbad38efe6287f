using System.Buffers.Binary;

namespace AiTeams.WorkflowEngine.Sandbox.Wire;

/// <summary>Messages on a pipe: four bytes of length, little-endian, then the message.</summary>
public static class Frame
{
    /// <summary>What a sandbox says, as a frame of one byte, when it is locked in and may be given work.</summary>
    public const byte Confined = 0xC0;

    /// <summary>The same where the kernel would not lock it in.</summary>
    public const byte Unconfined = 0xC1;

    /// <summary>Null at the end of the stream.</summary>
    /// <exception cref="InvalidDataException">The length is none that this protocol has.</exception>
    public static byte[]? Read(Stream stream)
    {
        Span<byte> head = stackalloc byte[4];
        if (stream.ReadAtLeast(head, 4, throwOnEndOfStream: false) < 4)
        {
            return null;
        }

        var body = new byte[Checked(BinaryPrimitives.ReadInt32LittleEndian(head))];
        return stream.ReadAtLeast(body, body.Length, throwOnEndOfStream: false) == body.Length ? body : null;
    }

    /// <inheritdoc cref="Read"/>
    public static async Task<byte[]?> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        var head = new byte[4];
        if (await stream.ReadAtLeastAsync(head, 4, throwOnEndOfStream: false, cancellationToken) < 4)
        {
            return null;
        }

        var body = new byte[Checked(BinaryPrimitives.ReadInt32LittleEndian(head))];
        return await stream.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, cancellationToken) == body.Length ? body : null;
    }

    /// <summary>Puts the length in front of what was written after four bytes left for it.</summary>
    internal static byte[] Finish(BinaryWriter writer, MemoryStream buffer)
    {
        writer.Flush();
        var frame = buffer.ToArray();
        BinaryPrimitives.WriteInt32LittleEndian(frame, frame.Length - 4);
        return frame;
    }

    private static int Checked(int length) => length is >= 0 and <= CodeRequest.MaxFrameBytes
        ? length
        : throw new InvalidDataException($"A frame of {length} bytes.");
}
