using System.Net.Http.Json;
using System.Text.Json.Nodes;
using AiTeams.Testing;

namespace AiTeams.EndToEnd.Tests;

/// <summary>The HTTP API is a contract too: a change of it shows up in review as a change of one file.</summary>
[Collection(SystemTests.Name)]
public sealed class HttpContractTests(TheSystem system)
{
    private const string Approve = "APPROVE_CONTRACTS";

    private static readonly string ApprovedFile = Path.Combine(RepositoryFolder.Root, "tests", "EndToEnd", "http.approved.txt");

    [Fact]
    public async Task The_HTTP_API_is_the_approved_one()
    {
        var now = HttpContractText.Of(await DocumentAsync());
        if (Environment.GetEnvironmentVariable(Approve) == "1")
        {
            await File.WriteAllTextAsync(ApprovedFile, now);
        }

        var approved = File.Exists(ApprovedFile) ? await File.ReadAllTextAsync(ApprovedFile) : "";
        var gone = approved.Split('\n').Except(now.Split('\n')).Select(line => "- " + line);
        var added = now.Split('\n').Except(approved.Split('\n')).Select(line => "+ " + line);
        Assert.True(
            approved == now,
            $"The HTTP API changed:\n{string.Join('\n', gone.Concat(added))}\nIf that is meant: {Approve}=1 dotnet test tests/EndToEnd, then commit http.approved.txt.");
    }

    [Fact]
    public void An_operation_is_told_with_what_it_takes_and_answers()
    {
        var document = JsonNode.Parse("""
            {
              "paths": { "/a/{id}": { "put": {
                "security": [],
                "parameters": [ { "in": "path", "name": "id", "required": true, "schema": { "type": "string" } } ],
                "requestBody": { "content": { "application/json": { "schema": { "$ref": "#/components/schemas/A" } } } },
                "responses": { "200": { "content": { "application/json": { "schema": { "type": "array", "items": { "type": "integer" } } } } }, "404": {} } } } },
              "components": { "schemas": { "A": { "type": "object", "required": ["b"], "properties": { "b": { "type": ["string", "null"] } } } } }
            }
            """)!.AsObject();

        Assert.Equal(
            "PUT /a/{id} without token\n  path id required string\n  takes application/json A\n  200 application/json array of integer\n  404\nshape A object { b!: string|null }\n",
            HttpContractText.Of(document));
    }

    // The gateway asks the services for their parts with little patience, and again a while later.
    private async Task<JsonObject> DocumentAsync()
    {
        using var client = new HttpClient { BaseAddress = system.Gateway };
        JsonObject? document = null;
        await Eventually.AssertAsync(
            async () =>
            {
                document = await client.GetFromJsonAsync<JsonObject>("/openapi/v1.json");
                var paths = document!["paths"]!.AsObject();
                return paths.ContainsKey("/api/v1/app/workflows") && paths.ContainsKey("/api/v1/app/workflows/{workflowId}/deploy") && paths.ContainsKey("/api/v1/app/interactions");
            },
            TimeSpan.FromMinutes(2),
            "the document speaks of workflows");
        return document!;
    }
}
