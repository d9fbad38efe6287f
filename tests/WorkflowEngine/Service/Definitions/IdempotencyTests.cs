using System.Net;
using System.Text.Json.Nodes;
using AiTeams.WorkflowEngine.Definitions;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace AiTeams.WorkflowEngine.Tests.Definitions;

[Collection(DefinitionApi.Name)]
public sealed class IdempotencyTests(DefinitionApi api)
{
    [Fact]
    public async Task The_same_request_under_the_same_key_creates_once_and_answers_the_same()
    {
        var user = await api.NewUserAsync();

        var first = (await user.CreateAsync(Documents.Minimal(), ("Idempotency-Key", "one"))).Expect(HttpStatusCode.Created);
        var second = (await user.CreateAsync(Documents.Minimal(), ("Idempotency-Key", "one"))).Expect(HttpStatusCode.Created);

        Assert.True(JsonNode.DeepEquals(first.Json, second.Json));
        Assert.Equal(first.Tag, second.Tag);
        Assert.Equal(first.Headers.Location, second.Headers.Location);
        Assert.False(first.Headers.Contains("Idempotency-Replayed"));
        Assert.Equal("true", Assert.Single(second.Headers.GetValues("Idempotency-Replayed")));
        Assert.Equal(1L, await CountAsync(user));
        Assert.Equal(1L, await api.ScalarAsync<long>("SELECT count(*) FROM messaging.outbox WHERE payload ->> 'user_id' = $1", user.Id.ToString()));
    }

    [Fact]
    public async Task Twenty_at_once_create_once()
    {
        var user = await api.NewUserAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => user.CreateAsync(Documents.Branching(), ("Idempotency-Key", "same"))));

        Assert.All(answers, answer => answer.Expect(HttpStatusCode.Created));
        Assert.Single(answers.Select(answer => (string)answer.Json["id"]!).Distinct());
        Assert.Equal(19, answers.Count(answer => answer.Headers.Contains("Idempotency-Replayed")));
        Assert.Equal(1L, await CountAsync(user));
    }

    [Fact]
    public async Task Another_body_under_the_same_key_is_refused()
    {
        var user = await api.NewUserAsync();
        (await user.CreateAsync(Documents.Minimal("One"), ("Idempotency-Key", "k"))).Expect(HttpStatusCode.Created);

        (await user.CreateAsync(Documents.Minimal("Two"), ("Idempotency-Key", "k"))).ExpectProblem(HttpStatusCode.UnprocessableEntity, "idempotency_key_reused");

        Assert.Equal(1L, await CountAsync(user));
    }

    [Fact]
    public async Task A_key_means_something_to_its_user_only()
    {
        var (one, other) = (await api.NewUserAsync(), await api.NewUserAsync());

        var first = (await one.CreateAsync(Documents.Minimal(), ("Idempotency-Key", "shared"))).Expect(HttpStatusCode.Created);
        var second = (await other.CreateAsync(Documents.Minimal("Different"), ("Idempotency-Key", "shared"))).Expect(HttpStatusCode.Created);

        Assert.NotEqual((string)first.Json["id"]!, (string)second.Json["id"]!);
    }

    [Fact]
    public async Task An_invalid_document_does_not_use_up_the_key()
    {
        var user = await api.NewUserAsync();
        (await user.CreateAsync(Documents.Minimal(""), ("Idempotency-Key", "k"))).Expect(HttpStatusCode.UnprocessableEntity);

        (await user.CreateAsync(Documents.Minimal("Valid"), ("Idempotency-Key", "k"))).Expect(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Without_a_key_every_request_creates()
    {
        var user = await api.NewUserAsync();

        Assert.NotEqual(await user.CreatedAsync(Documents.Minimal()), await user.CreatedAsync(Documents.Minimal()));
    }

    [Fact]
    public async Task The_key_of_a_workflow_that_was_deleted_does_not_bring_it_back()
    {
        var user = await api.NewUserAsync();
        var created = (await user.CreateAsync(Documents.Minimal(), ("Idempotency-Key", "k"))).Json;
        (await user.SendAsync(HttpMethod.Delete, $"{TestUser.Workflows}/{created["id"]}")).Expect(HttpStatusCode.NoContent);

        (await user.CreateAsync(Documents.Minimal(), ("Idempotency-Key", "k"))).ExpectProblem(HttpStatusCode.Conflict, "idempotency_resource_deleted");
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\tb")]
    public async Task A_key_that_is_no_key_is_refused(string key)
    {
        var user = await api.NewUserAsync();

        (await user.CreateAsync(Documents.Minimal(), ("Idempotency-Key", key))).ExpectProblem(HttpStatusCode.UnprocessableEntity, "validation_failed");
        (await user.CreateAsync(Documents.Minimal(), ("Idempotency-Key", new string('k', 256)))).ExpectProblem(HttpStatusCode.UnprocessableEntity, "validation_failed");
    }

    [Fact]
    public async Task A_key_is_forgotten_after_a_day()
    {
        var user = await api.NewUserAsync();
        (await user.CreateAsync(Documents.Minimal(), ("Idempotency-Key", "old"))).Expect(HttpStatusCode.Created);
        (await user.CreateAsync(Documents.Minimal(), ("Idempotency-Key", "young"))).Expect(HttpStatusCode.Created);
        await api.ExecuteAsync("UPDATE idempotency_keys SET created_at = now() - interval '25 hours' WHERE user_id = $1 AND key = 'old'", user.Id);

        await api.Host.Services.GetRequiredService<ForgetIdempotencyKeys>().RunOnceAsync(CancellationToken.None);

        Assert.Equal("young", await api.ScalarAsync<string>("SELECT string_agg(key, ' ') FROM idempotency_keys WHERE user_id = $1", user.Id));
    }

    private Task<long> CountAsync(TestUser user) => api.ScalarAsync<long>("SELECT count(*) FROM workflows WHERE user_id = $1", user.Id);
}
