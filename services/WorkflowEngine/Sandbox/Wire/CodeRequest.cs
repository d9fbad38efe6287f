using System.Text;

namespace AiTeams.WorkflowEngine.Sandbox.Wire;

/// <summary>How a text is meant.</summary>
public enum CodeForm : byte
{
    /// <summary>The body of an asynchronous function without parameters.</summary>
    Body,

    /// <summary>A function of one argument: an expression that is one, or statements that declare one named <c>convert</c>.</summary>
    Convert,

    /// <summary>A function of an item and its index that says yes or no: an expression that is one, or statements that declare one named <c>filter</c>.</summary>
    Filter,
}

/// <summary>One text and what it is given. The arguments are JSON: for a body an object of globals, otherwise the function's argument.</summary>
public sealed record CodePiece(CodeForm Form, string Code, string Arguments);

/// <summary>What a sandbox is asked: to run pieces one after the other in one new context, or only to look whether they parse.</summary>
public sealed record CodeRequest(IReadOnlyList<CodePiece> Pieces, int TimeoutMilliseconds, int MaxOutputCharacters, bool OnlyParse)
{
    /// <summary>Longer frames are refused on both sides.</summary>
    public const int MaxFrameBytes = 64 * 1024 * 1024;

    private const int MaxPieces = 4096;

    /// <summary>A frame: its length as four bytes, little-endian, and then so many bytes.</summary>
    public byte[] ToFrame()
    {
        using var buffer = new MemoryStream();
        using var writer = new BinaryWriter(buffer, Encoding.UTF8);
        writer.Write(0);
        writer.Write(TimeoutMilliseconds);
        writer.Write(MaxOutputCharacters);
        writer.Write(OnlyParse);
        writer.Write(Pieces.Count);
        foreach (var piece in Pieces)
        {
            writer.Write((byte)piece.Form);
            writer.Write(piece.Code);
            writer.Write(piece.Arguments);
        }

        return Frame.Finish(writer, buffer);
    }

    public static CodeRequest FromFrame(byte[] frame)
    {
        using var reader = new BinaryReader(new MemoryStream(frame), Encoding.UTF8);
        var timeout = reader.ReadInt32();
        var output = reader.ReadInt32();
        var onlyParse = reader.ReadBoolean();
        var count = reader.ReadInt32();
        if (count is < 0 or > MaxPieces)
        {
            throw new InvalidDataException("A request with that many pieces is none of ours.");
        }

        var pieces = new CodePiece[count];
        for (var at = 0; at < count; at++)
        {
            pieces[at] = new((CodeForm)reader.ReadByte(), reader.ReadString(), reader.ReadString());
        }

        return new(pieces, timeout, output, onlyParse);
    }
}
