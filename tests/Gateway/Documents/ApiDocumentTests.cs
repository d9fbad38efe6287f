using System.Text.Json.Nodes;
using AiTeams.Gateway.Routing;
using AiTeams.Testing;
using AiTeams.Gateway.Tests.Fakes;
using Microsoft.AspNetCore.Http;

namespace AiTeams.Gateway.Tests.Documents;

public sealed class ApiDocumentTests(TestEnvironment environment) : IClassFixture<TestEnvironment>
{
    [Fact]
    public async Task One_document_describes_the_gateway_and_what_of_the_services_can_be_reached()
    {
        var address = $"http://127.0.0.1:{FreePorts.Take()}";
        await using var memory = await FakeService.StartAsync("memory", address);
        memory.Answer = async context =>
        {
            Assert.Equal("/openapi/v1.json", context.Request.Path);
            await context.Response.WriteAsync("""
                { "openapi": "3.1.1", "paths": {
                  "/api/v1/app/memory/facts/{id}": { "get": { "operationId": "readFact", "responses": { "200": { "description": "OK" } } } },
                  "/api/v1/app/workflows/{id}": { "get": {} },
                  "/health": { "get": {} } } }
                """);
        };
        var host = await environment.NewHostAsync<Program>(new ServiceOptions
        {
            Needs = [Server.Postgres],
            Settings = new Dictionary<string, string> { ["services:memory:http:0"] = address },
        });

        var answer = await host.Client().GetAsync("/openapi/v1.json");
        var document = await answer.JsonAsync();

        Assert.Equal("application/json", answer.Content.Headers.ContentType?.MediaType);
        Assert.StartsWith("3.1", (string?)document["openapi"], StringComparison.Ordinal);
        var paths = document["paths"]!.AsObject().Select(path => path.Key).ToList();
        Assert.Contains("/api/v1/app/memory/facts/{id}", paths);
        Assert.Contains("/auth/v1/token", paths);
        Assert.Contains("/api/v1/public/health", paths);
        Assert.DoesNotContain("/health", paths);
        Assert.DoesNotContain("/api/v1/app/workflows/{id}", paths);
        Assert.Null(document["paths"]!["/api/v1/app/memory/facts/{id}"]!["get"]!["security"]);
        Assert.Null(document["paths"]!["/auth/v1/user"]!["put"]!["security"]);
        Assert.Equal("[]", document["paths"]!["/auth/v1/token"]!["post"]!["security"]?.ToJsonString());
        AssertReferencesResolve(document, document);
        AssertOperationIdsAreUnique(document);
    }

    [Fact]
    public void Every_route_of_the_table_finds_itself() => Assert.All(RouteTable.Routes, route => Assert.Equal(route.Service, RouteLookup.Find(route.Prefix)?.Service));

    private static void AssertReferencesResolve(JsonNode? node, JsonObject document)
    {
        switch (node)
        {
            case JsonObject item:
                if ((string?)(item["$ref"] as JsonValue) is { } reference)
                {
                    JsonNode? target = document;
                    foreach (var segment in reference.TrimStart('#', '/').Split('/'))
                    {
                        target = target?[segment];
                    }

                    Assert.True(target is not null, reference);
                }

                foreach (var (_, child) in item)
                {
                    AssertReferencesResolve(child, document);
                }

                break;
            case JsonArray array:
                foreach (var child in array)
                {
                    AssertReferencesResolve(child, document);
                }

                break;
        }
    }

    private static void AssertOperationIdsAreUnique(JsonObject document)
    {
        var ids = document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject())
            .Select(operation => (string?)(operation.Value as JsonObject)?["operationId"]).Where(id => id is not null).ToList();
        Assert.Equal(ids.Distinct(), ids);
    }
}
