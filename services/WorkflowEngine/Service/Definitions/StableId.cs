using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace AiTeams.WorkflowEngine.Definitions;

/// <summary>
/// Version 5 UUIDs (RFC 9562): a projected row keeps its id from save to save because the id follows from the workflow and
/// the name of the thing in the document.
/// </summary>
internal static class StableId
{
    [SuppressMessage("Security", "CA5350:Do Not Use Weak Cryptographic Algorithms", Justification = "RFC 9562 defines version 5 with SHA-1; nothing is kept secret by it.")]
    public static Guid Of(Guid workflowId, string name)
    {
        var text = Encoding.UTF8.GetBytes(name);
        var content = new byte[16 + text.Length];
        workflowId.TryWriteBytes(content, bigEndian: true, out _);
        text.CopyTo(content, 16);

        Span<byte> hash = stackalloc byte[SHA1.HashSizeInBytes];
        SHA1.HashData(content, hash);
        BinaryPrimitives.WriteUInt16BigEndian(hash[6..], (ushort)((BinaryPrimitives.ReadUInt16BigEndian(hash[6..]) & 0x0FFF) | 0x5000));
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash[..16], bigEndian: true);
    }
}
