using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AiTeams.Demo;

/// <summary>Signs in a demo user, creates the sample workflows, runs one and tells what happens while it happens.</summary>
internal static class Tour
{
    private const string Email = "demo@aiteams.example";
    private const string Shown = "order-triage.json";

    /// <summary>True when the workflow that is run for show ended SUCCESS.</summary>
    public static async Task<bool> RunAsync(WebApplication app, TextWriter output, CancellationToken cancellationToken)
    {
        var platform = app.Services.GetRequiredService<Platform>();
        var password = app.Configuration["Demo:Password"] ?? "demo-password";
        var shop = app.Urls.First(u => u.StartsWith("http://", StringComparison.Ordinal));

        await platform.SignInAsync(Email, password, cancellationToken);
        await output.WriteLineAsync($"signed in as {Email} (password: {password})");

        var shown = "";
        foreach (var file in Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "samples"), "*.json").Order(StringComparer.Ordinal))
        {
            var document = JsonNode.Parse(await File.ReadAllTextAsync(file, cancellationToken))!.AsObject();
            document["variables"] = new JsonObject { ["shop_url"] = shop };
            var id = await platform.SaveWorkflowAsync(document, cancellationToken);
            await output.WriteLineAsync($"workflow {Path.GetFileName(file)}: {id}");
            shown = Path.GetFileName(file) == Shown ? id : shown;
        }

        var executionId = await platform.RunAsync(shown, new JsonObject { ["large_from"] = 100 }, cancellationToken);
        await output.WriteLineAsync($"running {Shown} as {executionId}");
        await foreach (var (type, data) in platform.WatchAsync(executionId, cancellationToken))
        {
            await output.WriteLineAsync(Line(type, data));
            if (type == "user_input_required" && await platform.LinkToAnswerAsync(shown, cancellationToken) is { } link)
            {
                await output.WriteLineAsync($"it waits for you, two minutes long. Decide here: {link}");
            }
        }

        var execution = await platform.ReadExecutionAsync(executionId, cancellationToken);
        var status = (string?)execution["status"];
        await output.WriteLineAsync($"result: {Result(execution)}");
        await output.WriteLineAsync($"look at it: {new Uri(platform.Address, $"/#/executions/{executionId}")}");
        await output.WriteLineAsync($"demo finished: {status}");
        return status == "SUCCESS";
    }

    private static string Line(string type, JsonNode data)
    {
        var at = DateTimeOffset.Parse((string)data["timestamp"]!, CultureInfo.InvariantCulture);
        return string.Create(CultureInfo.InvariantCulture, $"  {at:HH:mm:ss.fff} {type,-20} {data["user_friendly_message"] ?? data["message"]}");
    }

    // Nodes come in the order of the graph: the last one that ran is what the workflow came to.
    private static string Result(JsonNode execution)
    {
        var last = execution["node_executions"]!.AsArray().LastOrDefault(n => (string?)n!["status"] == "SUCCESS");
        return last?["output_data"]?.ToJsonString(new JsonSerializerOptions { WriteIndented = false }) ?? "nothing";
    }
}
