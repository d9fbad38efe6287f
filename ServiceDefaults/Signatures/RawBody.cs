using System.Buffers;
using AiTeams.ServiceDefaults.Errors;
using Microsoft.AspNetCore.Http;

namespace AiTeams.ServiceDefaults.Signatures;

/// <summary>The bytes of a request, all of them: signatures are made over these and nothing else.</summary>
public static class RawBody
{
    public const int MaxBytes = 1024 * 1024;

    private const int FirstPiece = 4096;

    /// <exception cref="ProblemException">413 past the limit, 415 for a body that would have to be unpacked first: nobody knows what that comes to.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpRequest request, CancellationToken cancellationToken, int maxBytes = MaxBytes)
    {
        if (request.Headers.ContentEncoding is { Count: > 0 } encoding && !encoding.ToString().Equals("identity", StringComparison.OrdinalIgnoreCase))
        {
            throw Problems.UnsupportedMediaType("Compressed bodies are not taken: send it without Content-Encoding.");
        }

        if (request.ContentLength > maxBytes)
        {
            throw TooLarge(maxBytes);
        }

        // Grown as the bytes come: what a request claims to send costs nothing.
        var buffer = new ArrayBufferWriter<byte>(FirstPiece);
        while (await request.Body.ReadAsync(buffer.GetMemory(FirstPiece), cancellationToken) is > 0 and var read)
        {
            buffer.Advance(read);
            if (buffer.WrittenCount > maxBytes)
            {
                throw TooLarge(maxBytes);
            }
        }

        return buffer.WrittenMemory;
    }

    private static ProblemException TooLarge(int maxBytes) => Problems.TooLarge($"A webhook takes bodies of {maxBytes} bytes at most.");
}
