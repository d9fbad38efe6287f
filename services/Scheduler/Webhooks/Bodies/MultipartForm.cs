using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.Unicode;
using AiTeams.ServiceDefaults.Errors;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace AiTeams.Scheduler.Webhooks.Bodies;

/// <summary>
/// multipart/form-data (RFC 7578): fields become text, files {filename, content_type, size, content} with base64. A file stays what it is: no
/// archive is opened here, so it is never longer than the body it came in.
/// </summary>
internal static class MultipartForm
{
    private const int LongestBoundary = 70;               // RFC 2046, section 5.1.1
    private const int MostPartHeaders = 16;
    private const int LongestPartHeaders = 8 * 1024;

    public static JsonObject Parse(MediaTypeHeaderValue type, ReadOnlyMemory<byte> bytes)
    {
        var boundary = HeaderUtilities.RemoveQuotes(type.Boundary).ToString();
        if (boundary.Length is 0 or > LongestBoundary)
        {
            throw Problems.UnsupportedMediaType($"multipart/form-data names its boundary, of {LongestBoundary} characters at most.");
        }

        try
        {
            return Read(boundary, bytes);
        }
        catch (Exception broken) when (broken is InvalidDataException or IOException)
        {
            throw Problems.BadRequest("The multipart body breaks off, or its parts are not well formed.", "malformed_multipart");
        }
    }

    private static JsonObject Read(string boundary, ReadOnlyMemory<byte> bytes)
    {
        MemoryMarshal.TryGetArray(bytes, out var array);
        using var stream = new MemoryStream(array.Array!, array.Offset, array.Count, writable: false);
        var reader = new MultipartReader(boundary, stream) { HeadersCountLimit = MostPartHeaders, HeadersLengthLimit = LongestPartHeaders };
        var fields = new FormFields("parts");

        // All of it is in memory: the reader's waiting never waits.
        while (reader.ReadNextSectionAsync().GetAwaiter().GetResult() is { } part)
        {
            if (!ContentDispositionHeaderValue.TryParse(part.ContentDisposition, out var disposition)
                || !disposition.DispositionType.Equals("form-data", StringComparison.OrdinalIgnoreCase) || StringSegment(disposition.Name) is not { Length: > 0 } name)
            {
                throw new InvalidDataException("A part has no name.");
            }

            using var content = new MemoryStream();
            part.Body.CopyTo(content);
            var value = content.GetBuffer().AsSpan(0, (int)content.Length);
            if ((StringSegment(disposition.FileNameStar) ?? StringSegment(disposition.FileName)) is { } file)
            {
                fields.Add(name, new JsonObject
                {
                    ["filename"] = TextBody.Storable(file, ""),
                    ["content_type"] = part.ContentType ?? "application/octet-stream",
                    ["size"] = value.Length,
                    ["content"] = Convert.ToBase64String(value),
                });
            }
            else
            {
                fields.Add(name, Utf8.IsValid(value) ? Encoding.UTF8.GetString(value) : throw TextBody.NotUtf8());
            }
        }

        return fields.ToJson();
    }

    private static string? StringSegment(Microsoft.Extensions.Primitives.StringSegment segment) =>
        segment.HasValue ? HeaderUtilities.RemoveQuotes(segment).ToString() : null;
}
