using System.Text;
using System.Text.Json;

namespace AiTeams.ServiceDefaults.Errors;

/// <summary>Says what is wrong with a JSON body: not JSON at all, or a value that does not fit.</summary>
internal static class JsonFailure
{
    public static ProblemException ToProblem(JsonException failure)
    {
        // The serializer wraps the reader's own exception (an internal subclass) when the text itself is broken.
        var syntax = failure.GetType() != typeof(JsonException) ? failure : failure.InnerException as JsonException;
        if (syntax is not null || failure.Path is null or "")
        {
            var at = syntax ?? failure;
            return at.LineNumber is { } line && at.BytePositionInLine is { } position
                ? Problems.MalformedJson($"The JSON breaks at line {line + 1}, byte {position + 1}.")
                : Problems.MalformedJson("The JSON breaks off or is empty.");
        }

        return Problems.Validation("invalid_value", "The value does not have the expected type.", ToPointer(failure.Path));
    }

    /// <summary>The serializer's path ($.a['b c'][0]) as a JSON pointer (/a/b c/0).</summary>
    internal static string ToPointer(string path)
    {
        var pointer = new StringBuilder();
        for (var i = 1; i < path.Length;)
        {
            string segment;
            if (path[i] == '[')
            {
                var quoted = i + 1 < path.Length && path[i + 1] == '\'';
                var end = path.IndexOf(quoted ? "']" : "]", i, StringComparison.Ordinal);
                end = end < 0 ? path.Length : end;
                segment = quoted ? path[(i + 2)..end] : path[(i + 1)..end];
                i = end + (quoted ? 2 : 1);
            }
            else
            {
                var start = i + 1;
                var end = path.AsSpan(start).IndexOfAny('.', '[');
                end = end < 0 ? path.Length : start + end;
                segment = path[start..end];
                i = end;
            }

            pointer.Append('/').Append(segment.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal));
        }

        return pointer.ToString();
    }
}
