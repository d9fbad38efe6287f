extern alias Gateway;
extern alias HumanInTheLoop;
extern alias Scheduler;
extern alias WorkflowEngine;

using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using AiTeams.Testing;

namespace AiTeams.EndToEnd.Tests;

/// <summary>A gateway with an engine, a scheduler and human-in-the-loop behind it, shared by all tests of this project: what a client of the product talks to.</summary>
public sealed class TheSystem : IAsyncLifetime
{
    private readonly TestEnvironment _environment = new();

    public Uri Gateway { get; private set; } = null!;

    public Uri EngineGrpc { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        EngineGrpc = (await _environment.HostAsync<WorkflowEngine::Program>()).GrpcAddress;
        await _environment.HostAsync<Scheduler::Program>();
        await _environment.HostAsync<HumanInTheLoop::Program>();
        Gateway = (await _environment.HostAsync<Gateway::Program>()).HttpAddress;
    }

    public Task DisposeAsync() => _environment.DisposeAsync();

    /// <summary>Signs a new user up and gives a client that shows their token.</summary>
    public async Task<(Guid UserId, HttpClient Client)> SignUpAsync()
    {
        var client = new HttpClient { BaseAddress = Gateway };
        using var answer = await client.PostAsJsonAsync("/auth/v1/signup", new { email = $"{Guid.NewGuid():N}@example.com", password = "correct horse battery" });
        answer.EnsureSuccessStatusCode();
        var session = (await answer.Content.ReadFromJsonAsync<JsonObject>())!;
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (string)session["access_token"]!);
        return ((Guid)session["user"]!["id"]!, client);
    }
}

[CollectionDefinition(Name)]
public sealed class SystemTests : ICollectionFixture<TheSystem>
{
    public const string Name = "The system";
}
