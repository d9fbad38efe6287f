using System.Text;

namespace AiTeams.WorkflowEngine.Sandbox.Wire;

public enum CodeOutcome : byte
{
    /// <summary>Everything ran; the JSON is a list of one result per piece.</summary>
    Completed,

    /// <summary>The code threw, or does not parse, or its result cannot be written as JSON.</summary>
    Threw,

    /// <summary>Interrupted, or killed, when its time was over.</summary>
    TimedOut,

    /// <summary>The heap was full.</summary>
    OutOfMemory,

    /// <summary>The result is longer than allowed.</summary>
    TooMuchOutput,

    /// <summary>The input is longer than allowed; nothing was run.</summary>
    TooMuchInput,

    /// <summary>The process died during the run.</summary>
    Killed,

    /// <summary>No sandbox could be started; nothing was run.</summary>
    Unavailable,
}

/// <summary>
/// What came of a request. Piece, line and column (from 1, 0 for unknown) say where in the author's text it went wrong. The lines are
/// what was written to the console.
/// </summary>
public sealed record CodeReply(CodeOutcome Outcome, string Json, string Message, int Piece, int Line, int Column, IReadOnlyList<string> Console)
{
    private const int MaxLines = 1024;

    public static CodeReply Of(CodeOutcome outcome, string message) => new(outcome, "null", message, 0, 0, 0, []);

    public byte[] ToFrame()
    {
        using var buffer = new MemoryStream();
        using var writer = new BinaryWriter(buffer, Encoding.UTF8);
        writer.Write(0);
        writer.Write((byte)Outcome);
        writer.Write(Json);
        writer.Write(Message);
        writer.Write(Piece);
        writer.Write(Line);
        writer.Write(Column);
        writer.Write(Console.Count);
        foreach (var line in Console)
        {
            writer.Write(line);
        }

        return Frame.Finish(writer, buffer);
    }

    /// <exception cref="IOException">The bytes are no reply: whoever wrote them is not to be trusted any more.</exception>
    public static CodeReply FromFrame(byte[] frame)
    {
        try
        {
            using var reader = new BinaryReader(new MemoryStream(frame), new UTF8Encoding(false, throwOnInvalidBytes: false));
            var outcome = (CodeOutcome)reader.ReadByte();
            var json = reader.ReadString();
            var message = reader.ReadString();
            var (piece, line, column) = (reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32());
            var count = reader.ReadInt32();
            if (count is < 0 or > MaxLines || outcome > CodeOutcome.Unavailable)
            {
                throw new InvalidDataException("Not a reply.");
            }

            var console = new string[count];
            for (var at = 0; at < count; at++)
            {
                console[at] = reader.ReadString();
            }

            return new(outcome, json, message, piece, line, column, console);
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException)
        {
            throw new InvalidDataException("Not a reply.", exception);
        }
    }
}
