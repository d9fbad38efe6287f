using System.Net;
using Xunit;

namespace AiTeams.WorkflowEngine.Tests.ApiDescription;

[Collection(DefinitionApi.Name)]
public sealed class OpenApiTests(DefinitionApi api)
{
    [Fact]
    public async Task Every_operation_has_a_name_a_summary_and_its_parameters()
    {
        var anybody = new TestUser(Guid.Empty, api.Host.Client());

        var document = (await anybody.GetAsync("/openapi/v1.json")).Expect(HttpStatusCode.OK).Json;

        Assert.StartsWith("3.1", (string)document["openapi"]!, StringComparison.Ordinal);
        var operations = document["paths"]!.AsObject()
            .Where(path => path.Key.StartsWith("/api/v1/app/", StringComparison.Ordinal))
            .SelectMany(path => path.Value!.AsObject().Select(operation => (Path: path.Key, Method: operation.Key, Operation: operation.Value!)))
            .ToList();
        Assert.All(operations, operation =>
        {
            Assert.False(string.IsNullOrEmpty((string?)operation.Operation["operationId"]), $"{operation.Method} {operation.Path}");
            Assert.False(string.IsNullOrEmpty((string?)operation.Operation["summary"]), $"{operation.Method} {operation.Path}");
        });
        Assert.Equal(operations.Count, operations.Select(operation => (string)operation.Operation["operationId"]!).Distinct().Count());

        var list = document["paths"]!["/api/v1/app/workflows"]!["get"]!;
        Assert.Equal(
            ["q", "tag", "active", "deployment_status", "limit", "cursor"], list["parameters"]!.AsArray().Select(parameter => (string)parameter!["name"]!));
        Assert.Equal("id", (string)document["paths"]!["/api/v1/app/workflows/{id}"]!["get"]!["parameters"]![0]!["name"]!);
        Assert.NotNull(document["paths"]!["/api/v1/app/workflows"]!["post"]!["responses"]!["422"]!["content"]!["application/problem+json"]);
    }
}
