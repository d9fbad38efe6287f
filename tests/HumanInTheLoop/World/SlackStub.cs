using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AiTeams.HumanInTheLoop.Tests.World;

/// <summary>A message as Slack keeps it.</summary>
internal sealed record SlackPost(string Channel, string Ts, JsonObject Body)
{
    public string? Thread => (string?)Body["thread_ts"];

    public IEnumerable<JsonNode> Buttons => Body["blocks"]!.AsArray().Where(block => (string)block!["type"]! == "actions").SelectMany(block => block!["elements"]!.AsArray())!;

    /// <summary>All that people read of it.</summary>
    public string Text => string.Join('\n', Body["blocks"]!.AsArray().Select(block => (string?)block!["text"]?["text"]));
}

/// <summary>
/// A Slack that speaks the Web API as docs.slack.dev describes it (chat.postMessage, chat.update, response_url) and refuses what the documentation says
/// it refuses. Channels: #nowhere does not exist, #busy… is rate-limited once, #broken… is down.
/// </summary>
internal sealed partial class SlackStub : IAsyncDisposable
{
    public const string Token = "xoxb-canary-token";
    public const string SigningSecret = "canary-signing-secret";

    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, bool> _busy = new();
    private int _count;

    private SlackStub(WebApplication app)
    {
        _app = app;
        app.MapPost("/api/{method}", CallAsync);
        app.MapPost("/response/{id}", async (HttpRequest request, string id) =>
        {
            Responses[id] = (JsonObject)(await JsonNode.ParseAsync(request.Body))!;
            return "ok";
        });
    }

    public string ApiUrl => _app.Urls.Single() + "/api";

    public ConcurrentQueue<SlackPost> Posts { get; } = new();

    /// <summary>What became of a message, by its ts.</summary>
    public ConcurrentDictionary<string, JsonObject> Updates { get; } = new();

    /// <summary>What was said through a response_url, by its last part.</summary>
    public ConcurrentDictionary<string, JsonObject> Responses { get; } = new();

    /// <summary>Payloads that Slack would have refused, with why.</summary>
    public ConcurrentQueue<string> Refusals { get; } = new();

    public static async Task<SlackStub> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var stub = new SlackStub(builder.Build());
        await stub._app.StartAsync();
        return stub;
    }

    public string ResponseUrl(string id) => $"{_app.Urls.Single()}/response/{id}";

    public IReadOnlyList<SlackPost> In(string channel) => [.. Posts.Where(post => post.Channel == IdOf(channel))];

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    /// <summary>Slack answers with the channel's id, whatever name was used.</summary>
    public static string IdOf(string channel) => channel is ['C' or 'U' or 'D', ..] ? channel : "C" + Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(channel)))[..10];

    private async Task<IResult> CallAsync(HttpRequest request, string method)
    {
        if (request.Headers.Authorization != $"Bearer {Token}")
        {
            return Error("invalid_auth");
        }

        if (request.ContentType is null || !request.ContentType.StartsWith("application/json", StringComparison.Ordinal))
        {
            return Error("invalid_post_type");
        }

        var body = (JsonObject)(await JsonNode.ParseAsync(request.Body))!;
        var channel = (string?)body["channel"] ?? "";
        if (channel.StartsWith("#busy", StringComparison.Ordinal) && _busy.TryAdd(channel, true))
        {
            request.HttpContext.Response.Headers.RetryAfter = "1";
            return Results.Json(new { ok = false, error = "ratelimited" }, statusCode: 429);
        }

        if (channel.StartsWith("#broken", StringComparison.Ordinal))
        {
            return Results.StatusCode(503);
        }

        if (channel is "" or "#nowhere")
        {
            return Error("channel_not_found");
        }

        if (Problem(body) is { } problem)
        {
            Refusals.Enqueue($"{problem}: {body.ToJsonString()}");
            return Error("invalid_blocks");
        }

        return method switch
        {
            "chat.postMessage" => Post(IdOf(channel), body),
            "chat.update" => Update(body),
            _ => Error("unknown_method"),
        };
    }

    private IResult Post(string channel, JsonObject body)
    {
        if ((string?)body["thread_ts"] is { } thread && !Posts.Any(post => post.Channel == channel && post.Ts == thread))
        {
            return Error("thread_not_found");
        }

        var ts = $"1741000000.{Interlocked.Increment(ref _count):000000}";
        Posts.Enqueue(new SlackPost(channel, ts, body));
        return Results.Json(new { ok = true, channel, ts });
    }

    private IResult Update(JsonObject body)
    {
        var ts = (string?)body["ts"] ?? "";
        if (!Posts.Any(post => post.Ts == ts))
        {
            return Error("message_not_found");
        }

        Updates[ts] = body;
        return Results.Json(new { ok = true, channel = (string)body["channel"]!, ts });
    }

    private static IResult Error(string error) => Results.Json(new { ok = false, error });

    // Limits as of docs.slack.dev, "Block Kit: blocks and elements".
    private static string? Problem(JsonObject body)
    {
        if ((string?)body["text"] is not { Length: > 0 and <= 40_000 })
        {
            return "text is missing or too long";
        }

        if ((string?)body["thread_ts"] is { } thread && !Timestamp().IsMatch(thread))
        {
            return "thread_ts is none";
        }

        if (body["blocks"] is not JsonArray { Count: > 0 and <= 50 } blocks)
        {
            return "blocks are missing or too many";
        }

        return blocks.Select(block => Problem(block!)).FirstOrDefault(problem => problem is not null);
    }

    private static string? Problem(JsonNode block) => (string?)block["type"] switch
    {
        "section" when (string?)block["text"]?["type"] is "mrkdwn" or "plain_text" && (string?)block["text"]!["text"] is { Length: > 0 and <= 3_000 } => null,
        "context" when block["elements"] is JsonArray { Count: > 0 and <= 10 } => null,
        "actions" when block["elements"] is JsonArray { Count: > 0 and <= 25 } elements && ((string?)block["block_id"])?.Length <= 255 =>
            elements.Select(element => (string?)element!["action_id"]).Distinct().Count() != elements.Count ? "action_ids are not unique"
            : elements.Select(element => ButtonProblem(element!)).FirstOrDefault(problem => problem is not null),
        var type => $"a {type} that is none",
    };

    private static string? ButtonProblem(JsonNode button) =>
        (string?)button["type"] != "button" ? "not a button"
        : (string?)button["text"]?["type"] != "plain_text" || (string?)button["text"]!["text"] is not { Length: > 0 and <= 75 } ? "a button's text"
        : (string?)button["action_id"] is not { Length: > 0 and <= 255 } ? "a button's action_id"
        : (string?)button["value"] is { Length: > 2_000 } ? "a button's value"
        : (string?)button["url"] is { } url && (url.Length > 3_000 || !Uri.TryCreate(url, UriKind.Absolute, out _)) ? "a button's url"
        : (string?)button["style"] is not (null or "primary" or "danger") ? "a button's style"
        : null;

    [GeneratedRegex(@"^\d+\.\d+$")]
    private static partial Regex Timestamp();
}
