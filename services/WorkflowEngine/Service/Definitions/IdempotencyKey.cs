using System.Security.Cryptography;
using System.Text;
using AiTeams.ServiceDefaults.Errors;

namespace AiTeams.WorkflowEngine.Definitions;

/// <summary>The client's name for one intent to create: however often it arrives, it creates once.</summary>
/// <param name="Text">Unique per user and operation.</param>
/// <param name="RequestHash">Of the request it came with; another request under the same key is a mistake of the client.</param>
internal sealed record IdempotencyKey(string Text, byte[] RequestHash)
{
    private const string Header = "Idempotency-Key";
    private const int LongestKey = 255;

    public static IdempotencyKey? From(HttpRequest request, string document)
    {
        var values = request.Headers[Header];
        if (values.Count == 0)
        {
            return null;
        }
        if (values is not [{ Length: >= 1 and <= LongestKey } text] || !text.All(c => c is >= ' ' and <= '~'))
        {
            throw Problems.Validation(
                "invalid_idempotency_key", $"{Header} must be one value of 1 to {LongestKey} printable ASCII characters.", "/headers/idempotency-key");
        }
        return new IdempotencyKey(text, SHA256.HashData(Encoding.UTF8.GetBytes(document)));
    }
}
