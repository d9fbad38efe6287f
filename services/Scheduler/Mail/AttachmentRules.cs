using System.Text.Json.Nodes;

namespace AiTeams.Scheduler.Mail;

/// <summary>Which attachments a trigger hands on; of the others it says why not. Pure.</summary>
/// <param name="Types">Endings without a dot; none means every one.</param>
/// <param name="LargestSize">In bytes, decoded.</param>
internal sealed record AttachmentRules(bool AreWanted, IReadOnlyList<string> Types, int LargestSize)
{
    /// <summary>What the attachments of one message may hold together, in bytes: an execution's data is no place for more.</summary>
    public const int MaxTogether = 1024 * 1024;

    public static readonly IReadOnlyList<string> UsualTypes = ["pdf", "doc", "docx", "txt", "csv", "xlsx"];

    public static AttachmentRules None { get; } = new(false, [], 0);

    public JsonArray Describe(IReadOnlyList<ReceivedAttachment> attachments)
    {
        var room = MaxTogether;
        var described = new JsonArray();
        foreach (var attachment in AreWanted ? attachments : [])
        {
            var skipped = !IsWanted(attachment.Name) ? "type_not_wanted"
                : attachment.Size > LargestSize ? "too_large"
                : attachment.Content is not { } content || content.Length > room ? "no_room"
                : null;
            var one = new JsonObject { ["name"] = attachment.Name, ["type"] = attachment.Type, ["size"] = attachment.Size };
            if (skipped is null)
            {
                room -= attachment.Content!.Value.Length;
                one["content_base64"] = Convert.ToBase64String(attachment.Content.Value.Span);
            }
            else
            {
                one["skipped"] = skipped;
            }

            described.Add((JsonNode)one);
        }

        return described;
    }

    private bool IsWanted(string name) => Types.Count == 0 || Types.Any(type => name.EndsWith($".{type.TrimStart('.')}", StringComparison.OrdinalIgnoreCase));
}
