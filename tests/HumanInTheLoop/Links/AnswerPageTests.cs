using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace AiTeams.HumanInTheLoop.Tests.Links;

/// <summary>The page behind a link, as a browser, a preview and a program meet it.</summary>
[Collection(HilApi.Name)]
public sealed class AnswerPageTests(HilApi api)
{
    public static TheoryData<string, string, string, string> Forms => new()
    {
        { "approval", "{}", "choice=approve&reason=fine", "confirmed" },
        { "approval", """{"approval_options":["ship","hold"]}""", "choice=reject&reason=", "rejected" },
        { "input", """{"input_fields":[{"name":"n","field_type":"number","required":true}]}""", "field.n=12&choice=send", "confirmed" },
        { "input", "{}", "field.answer=blue&choice=send", "confirmed" },
        { "selection", """{"selection_options":["a","b"]}""", "selected=b&choice=send", "confirmed" },
        { "selection", """{"selection_options":["a","b","c"],"multiple_selection":true,"max_selections":2}""", "selected=a&selected=c&choice=send", "confirmed" },
        { "review", "{}", "choice=reject&comments=thin", "rejected" },
        { "review", """{"scoring_system":"numeric_scale","passing_threshold":3}""", "score=4&choice=send", "confirmed" },
        { "review", """{"scoring_system":"letter_grade"}""", "score=F&choice=send", "rejected" },
        { "review", """{"scoring_system":"checklist","review_criteria":["right","complete"]}""", "criterion.0=on&criterion.1=on&choice=send", "confirmed" },
        { "approval", "{}", "choice=unrelated&reason=wrong+team", "unrelated" },
    };

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task Looking_a_hundred_times_decides_nothing_and_sending_the_form_once_decides(string type, string request, string form, string outcome)
    {
        var asked = await api.AskAsync(await api.NewUserAsync(), type, request);
        var link = await LinkAsync(asked, "email:ada@example.com");
        using var browser = api.Host.Client();
        for (var look = 0; look < 100; look++)
        {
            using var request1 = new HttpRequestMessage(look % 2 == 0 ? HttpMethod.Get : HttpMethod.Head, link);
            using var seen = await browser.SendAsync(request1);
            Assert.Equal(HttpStatusCode.OK, seen.StatusCode);
        }

        Assert.Equal("pending", await StatusAsync(asked));
        Assert.Equal(0L, await api.ScalarAsync<long>("SELECT count(*) FROM hil_tokens WHERE used_at IS NOT NULL AND interaction_id = $1", asked.Id));

        var (status, page) = await SendAsync(link, form);

        Assert.True(status == HttpStatusCode.OK, page);
        Assert.Contains("role=\"status\"", page, StringComparison.Ordinal);
        var told = await api.ToldAsync(asked.Id);
        Assert.Equal(outcome, (string)told["outcome"]!);
        Assert.Equal(
            ("email", "ada@example.com", "email"),
            ((string)told["answer"]!["responder"]!["platform"]!, (string)told["answer"]!["responder"]!["email"]!, (string)told["answer"]!["channel_type"]!));
    }

    [Fact]
    public async Task The_page_is_plain_labelled_and_loads_nothing()
    {
        var asked = await api.AskAsync(await api.NewUserAsync(), "input", """
            {"title":"<script>alert(1)</script>","message":"\"><img src=x onerror=alert(1)>","content":"</div><script>",
             "input_fields":[{"name":"n","label":"<b>How many","field_type":"number","required":true},{"name":"c","field_type":"select","options":["red\"","blue"]}]}
            """);
        using var browser = api.Host.Client();

        using var answer = await browser.GetAsync(await LinkAsync(asked, "email:ada@example.com"));
        var page = await answer.Content.ReadAsStringAsync();

        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<img", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("http://", page, StringComparison.Ordinal);
        Assert.DoesNotContain("https://", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>", page, StringComparison.Ordinal);
        Assert.Contains("name=\"viewport\"", page, StringComparison.Ordinal);
        var fields = System.Text.RegularExpressions.Regex.Matches(page, "<(?:input|select|textarea)[^>]* id=\"([^\"]+)\"").Select(match => match.Groups[1].Value).ToList();
        Assert.Equal(["f-n", "f-c", "additional_notes"], fields);
        Assert.All(fields, field => Assert.Contains($"<label for=\"{field}\"", page, StringComparison.Ordinal));
        var headers = answer.Headers.ToDictionary(header => header.Key, header => string.Join(',', header.Value));
        Assert.Contains("default-src 'none'", headers["Content-Security-Policy"], StringComparison.Ordinal);
        Assert.Equal(("no-referrer", "DENY", "nosniff", "no-store"), (headers["Referrer-Policy"], headers["X-Frame-Options"], headers["X-Content-Type-Options"], headers["Cache-Control"]));
        var style = page[(page.IndexOf("<style>", StringComparison.Ordinal) + 7)..page.IndexOf("</style>", StringComparison.Ordinal)];
        Assert.Contains(Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(style))), headers["Content-Security-Policy"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_form_that_is_not_valid_comes_back_as_it_was_filled_in_and_the_link_stays_good()
    {
        var asked = await api.AskAsync(await api.NewUserAsync(), "input", """
            {"input_fields":[{"name":"mail","field_type":"email","required":true},{"name":"n","field_type":"number"}]}
            """);
        var link = await LinkAsync(asked, "email:ada@example.com");

        var (status, page) = await SendAsync(link, "field.mail=nonsense&field.n=7&additional_notes=%3Cnote%3E");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        Assert.Contains("value=\"nonsense\"", page, StringComparison.Ordinal);
        Assert.Contains("value=\"7\"", page, StringComparison.Ordinal);
        Assert.Contains("&lt;note&gt;", page, StringComparison.Ordinal);
        Assert.Contains("role=\"alert\"", page, StringComparison.Ordinal);
        Assert.Equal("pending", await StatusAsync(asked));
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(link, "field.mail=ada%40example.com&field.n=7")).Status);
    }

    [Fact]
    public async Task A_link_decides_once_and_says_afterwards_what_won()
    {
        var asked = await api.AskAsync(await api.NewUserAsync());
        var (ada, bob) = (await LinkAsync(asked, "email:ada@example.com"), await LinkAsync(asked, "email:bob@example.com"));

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(number => SendAsync(number % 2 == 0 ? ada : bob, number % 2 == 0 ? "choice=approve" : "choice=reject")));

        var right = answers.Where(answer => answer.Status == HttpStatusCode.OK).ToList();
        Assert.Single(right.Select(answer => answer.Page).Distinct());
        Assert.All(answers.Except(right), answer => Assert.Equal(HttpStatusCode.Conflict, answer.Status));
        var (winner, loser) = await api.ScalarAsync<string>("SELECT outcome FROM human_interactions WHERE id = $1", asked.Id) == "confirmed" ? (ada, bob) : (bob, ada);
        Assert.True(right.Count is > 0 and <= 10);
        using var browser = api.Host.Client();
        foreach (var link in new[] { winner, loser })
        {
            var after = await browser.GetStringAsync(link);
            Assert.Contains("has been answered", after, StringComparison.Ordinal);
            Assert.DoesNotContain("<form", after, StringComparison.Ordinal);
        }

        await api.ToldAsync(asked.Id);
        Assert.Single(api.Engine.Told[asked.Id.ToString("D")]);
    }

    [Fact]
    public async Task Where_several_have_to_agree_each_link_is_one_voice()
    {
        var asked = await api.AskAsync(await api.NewUserAsync(), request: """{"required_answers":2,"approvers":["ada@example.com","bob@example.com"]}""");
        var (ada, bob) = (await LinkAsync(asked, "email:ada@example.com"), await LinkAsync(asked, "email:bob@example.com"));

        var first = await SendAsync(ada, "choice=approve");
        var again = await SendAsync(ada, "choice=approve");
        using var browser = api.Host.Client();
        var look = await browser.GetStringAsync(ada);

        Assert.Contains("1 more", first.Page, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Conflict, again.Status);
        Assert.Contains("others have yet to", look, StringComparison.Ordinal);
        Assert.Equal("pending", await StatusAsync(asked));
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(bob, "choice=approve")).Status);
        Assert.Equal(2, (await api.ToldAsync(asked.Id))["answer"]!["response_data"]!["answers"]!.AsArray().Count);
    }

    [Theory]
    [InlineData("email:eve@example.com")]
    [InlineData("slack:#approvals")]
    [InlineData("webhook:")]
    public async Task Who_is_not_among_the_named_or_not_known_by_a_link_is_refused(string recipient)
    {
        var asked = await api.AskAsync(await api.NewUserAsync(), request: """{"approvers":["ada@example.com"]}""");

        var (status, page) = await SendAsync(await LinkAsync(asked, recipient), "choice=approve");

        Assert.Equal(HttpStatusCode.Forbidden, status);
        Assert.Contains("role=\"alert\"", page, StringComparison.Ordinal);
        Assert.Equal("pending", await StatusAsync(asked));
    }

    [Fact]
    public async Task A_link_that_is_too_old_or_was_never_made_answers_nothing()
    {
        var asked = await api.AskAsync(await api.NewUserAsync());
        var old = await LinkAsync(asked, "email:ada@example.com", seconds: -1);
        using var browser = api.Host.Client();

        Assert.Equal(HttpStatusCode.Conflict, (await SendAsync(old, "choice=approve")).Status);
        Assert.Contains("too old", await browser.GetStringAsync(old), StringComparison.Ordinal);
        foreach (var token in new[] { new string('A', 43), "short", old[(old.LastIndexOf('/') + 1)..^1], Convert.ToHexString(RandomNumberGenerator.GetBytes(32)) })
        {
            using var none = await browser.GetAsync($"/api/v1/public/hil/{token}");
            Assert.Equal((HttpStatusCode.NotFound, "text/html"), (none.StatusCode, none.Content.Headers.ContentType!.MediaType));
            Assert.Equal(HttpStatusCode.NotFound, (await SendAsync($"/api/v1/public/hil/{token}", "choice=approve")).Status);
        }

        Assert.Equal("pending", await StatusAsync(asked));
    }

    [Fact]
    public async Task The_content_can_be_changed_where_the_question_allows_it()
    {
        var asked = await api.AskAsync(await api.NewUserAsync(), request: """{"allow_edit":true,"content":{"title":"Draft","n":1}}""");
        var link = await LinkAsync(asked, "email:ada@example.com");

        var (status, page) = await SendAsync(link, "choice=approve&content=" + Uri.EscapeDataString("""{"title":"Final","n":2}"""));

        Assert.True(status == HttpStatusCode.OK, page);
        var told = await api.ToldAsync(asked.Id);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse("""{"title":"Final","n":2}"""), told["answer"]!["content"]));
    }

    [Fact]
    public async Task Content_that_is_sent_back_as_it_was_shown_is_not_changed()
    {
        var asked = await api.AskAsync(await api.NewUserAsync(), request: """{"allow_edit":true,"content":{"title":"Größe <b>","n":1,"list":[1,2]}}""");
        var link = await LinkAsync(asked, "email:ada@example.com");
        using var browser = api.Host.Client();
        var page = await browser.GetStringAsync(link);
        var start = page.IndexOf('>', page.IndexOf("<textarea id=\"content\"", StringComparison.Ordinal)) + 2;
        var shown = WebUtility.HtmlDecode(page[start..page.IndexOf("</textarea>", start, StringComparison.Ordinal)]).ReplaceLineEndings("\r\n");

        await SendAsync(link, "choice=approve&content=" + Uri.EscapeDataString(shown));

        Assert.Null((await api.ToldAsync(asked.Id))["answer"]!["content"]);
    }

    [Fact]
    public async Task A_program_gets_json_and_answers_by_it()
    {
        var asked = await api.AskAsync(await api.NewUserAsync(), "selection", """{"selection_options":["a","b"]}""");
        var link = await LinkAsync(asked, "webhook:");
        using var program = api.Host.Client();
        program.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));

        var shown = JsonNode.Parse(await program.GetStringAsync(link))!;
        using var wrong = await program.PostAsJsonAsync(link, new { response_data = new { selected_values = new[] { "z" } } });
        using var empty = await program.PostAsJsonAsync(link, new { });
        using var right = await program.PostAsJsonAsync(link, new { response_data = new { selected_values = new[] { "b" } } });
        using var none = await program.GetAsync("/api/v1/public/hil/nothing");

        Assert.Equal(("selection", "pending"), ((string)shown["interaction_type"]!, (string)shown["status"]!));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.StatusCode);
        Assert.Equal("/response_data/selected_values", (string)(await Json(wrong))["errors"]![0]!["pointer"]!);
        Assert.Equal("/response_data", (string)(await Json(empty))["errors"]![0]!["pointer"]!);
        Assert.Equal("confirmed", (string)(await Json(right))["outcome"]!);
        Assert.Equal("application/problem+json", none.Content.Headers.ContentType!.MediaType);
    }

    [Theory]
    [InlineData("text/plain", "approve", 415)]
    [InlineData("application/json", "{\"response_data\":", 422)]
    [InlineData("application/json", "[]", 422)]
    [InlineData("multipart/form-data; boundary=x", "--x\r\nbroken", 415)]
    [InlineData("application/x-www-form-urlencoded", "a=%zz&choice=%00", 400)]
    [InlineData("application/x-www-form-urlencoded", "choice=approve&reason=%00", 400)]
    public async Task What_is_no_form_is_refused_and_decides_nothing(string type, string body, int status)
    {
        var asked = await api.AskAsync(await api.NewUserAsync());
        using var program = api.Host.Client();
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.TryAddWithoutValidation("Content-Type", type);

        using var answer = await program.PostAsync(await LinkAsync(asked, "email:ada@example.com"), content);

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal("pending", await StatusAsync(asked));
    }

    [Fact]
    public async Task A_form_of_a_hundred_thousand_fields_is_refused()
    {
        var asked = await api.AskAsync(await api.NewUserAsync());

        var (status, _) = await SendAsync(await LinkAsync(asked, "email:ada@example.com"), string.Join('&', Enumerable.Range(0, 100_000).Select(at => $"a{at}=1")) + "&choice=approve");

        Assert.InRange((int)status, 400, 499);
        Assert.Equal("pending", await StatusAsync(asked));
    }

    /// <summary>A link as it would be sent to that recipient.</summary>
    private async Task<string> LinkAsync(Asked asked, string recipient, double seconds = 600)
    {
        var token = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)).TrimEnd('=').Replace('+', '-').Replace('/', '_');
        await api.ExecuteAsync(
            "INSERT INTO hil_tokens (interaction_id, token_hash, recipient, expires_at) VALUES ($1, $2, $3, clock_timestamp() + $4 * interval '1 second')",
            asked.Id, SHA256.HashData(Encoding.ASCII.GetBytes(token)), recipient, seconds);
        return "/api/v1/public/hil/" + token;
    }

    private static async Task<JsonNode> Json(HttpResponseMessage answer) => JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;

    private async Task<(HttpStatusCode Status, string Page)> SendAsync(string link, string form)
    {
        using var browser = api.Host.Client();
        using var content = new StringContent(form, Encoding.UTF8, "application/x-www-form-urlencoded");
        using var answer = await browser.PostAsync(link, content);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    private Task<string?> StatusAsync(Asked asked) => api.ScalarAsync<string>("SELECT status FROM human_interactions WHERE id = $1", asked.Id);
}
