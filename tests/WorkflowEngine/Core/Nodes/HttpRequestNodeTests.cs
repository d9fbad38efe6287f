using System.Text;
using AiTeams.WorkflowEngine.Core.Nodes;

namespace AiTeams.WorkflowEngine.Core.Tests.Nodes;

public sealed class HttpRequestNodeTests
{
    [Fact]
    public void A_call_is_built_from_templates_query_headers_and_authorization()
    {
        var call = CallOf(
            """
            {"method":"POST","url":"https://api.test/{kind}/{{$json.id}}?a=1#part","query_params":{"q":"a b&c","many":[1,2],"none":null},
             "headers":{"X-Trace":"{{$json.id}}","content-type":"application/vnd.x+json"},"body":{"id":"{{$json.id}}","list":[1]},
             "auth_type":"bearer","auth_config":{"token":"{{$vars.token}}"},"timeout":12.5,"max_redirects":2,"follow_redirects":false,"verify_ssl":false}
            """,
            """{"id":7,"url_variables":{"kind":"a/b c"},"dynamic_headers":{"X-More":true},"dynamic_query_params":{"q":"z"}}""");

        Assert.Equal("POST", call.Method);
        Assert.Equal("https://api.test/a%2Fb%20c/7?a=1&q=z&many=1&many=2", call.Url.AbsoluteUri);
        Assert.Equal("""{"id":7,"list":[1]}""", Text(call));
        Assert.Equal("7", Header(call, "X-Trace"));
        Assert.Equal("true", Header(call, "X-More"));
        Assert.Equal("application/vnd.x+json", Header(call, "Content-Type"));
        Assert.Equal("Bearer secret", Header(call, "Authorization"));
        Assert.Equal(TimeSpan.FromSeconds(12.5), call.Timeout);
        Assert.Equal(2, call.MaxRedirects);
        Assert.False(call.FollowRedirects);
        Assert.False(call.VerifyTls);
        Assert.Equal("exec_1:call:0", call.IdempotencyKey);
        Assert.Equal("exec_1:call:0", Header(call, "Idempotency-Key"));
    }

    [Fact]
    public void By_default_it_is_a_GET_that_follows_redirects_and_sends_no_body()
    {
        var call = CallOf("""{"url":"http://api.test"}""", """{"body":"left over from the call before"}""");

        Assert.Equal("GET", call.Method);
        Assert.Null(call.Body);
        Assert.True(call.FollowRedirects);
        Assert.Equal(5, call.MaxRedirects);
        Assert.Equal(TimeSpan.FromSeconds(30), call.Timeout);
        Assert.DoesNotContain(call.Headers, header => header.Key is "Content-Type" or "Idempotency-Key" or "Authorization");
    }

    [Theory]
    [InlineData("""{"body":{"a":1,"b":"x y","c":[1,2]},"body_type":"form"}""", "a=1&b=x+y&c=1&c=2", "application/x-www-form-urlencoded")]
    [InlineData("""{"body":"plain","body_type":"raw"}""", "plain", "text/plain; charset=utf-8")]
    [InlineData("""{"body":"{\"a\":1}"}""", "{\"a\":1}", "application/json")]
    [InlineData("""{"body":"just text"}""", "\"just text\"", "application/json")]
    [InlineData("""{}""", "{\"from\":\"input\"}", "application/json")]
    [InlineData("""{"body_type":"none"}""", null, null)]
    public void The_body_is_written_as_its_type_says(string settings, string? body, string? contentType)
    {
        var configurations = JsonData.Parse("""{"method":"PUT","url":"http://api.test"}""").Overlay(JsonData.Parse(settings)).ToString();

        var call = CallOf(configurations, """{"body":{"from":"input"}}""");

        Assert.Equal(body, call.Body is null ? null : Text(call));
        Assert.Equal(contentType, call.Headers.FirstOrDefault(header => header.Key == "Content-Type").Value);
    }

    [Fact]
    public void Basic_authorization_is_encoded()
        => Assert.Equal(
            "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("ann:pä:ss")),
            Header(CallOf("""{"url":"http://api.test","auth_type":"basic","auth_config":{"username":"ann","password":"pä:ss"}}"""), "Authorization"));

    [Theory]
    [InlineData("""{"url":"{{$json.nothing}}"}""")]
    [InlineData("""{"url":"/relative"}""")]
    [InlineData("""{"url":"ftp://api.test"}""")]
    [InlineData("""{"url":"file:///etc/passwd"}""")]
    [InlineData("""{"url":"http://user:secret@api.test"}""")]
    [InlineData("""{"url":"http://"}""")]
    [InlineData("""{"url":"http://api.test","headers":{"X":"{{'a' + '\r\nHost: evil'}}"}}""")]
    [InlineData("""{"url":"http://api.test","headers":{"bad name":"x"}}""")]
    [InlineData("""{"url":"http://api.test","auth_type":"bearer"}""")]
    [InlineData("""{"url":"http://api.test","auth_type":"basic","auth_config":{"password":"x"}}""")]
    public void What_cannot_be_sent_fails_without_a_call(string configurations)
    {
        var run = Run.Of(Draft.Manual().Node("call", "ACTION.HTTP_REQUEST", configurations.Replace("\r", "\\r", StringComparison.Ordinal)).Connect("start -> call"));

        Assert.Empty(run.Pending);
        Assert.Equal("invalid_request", run.State.Failure!.Cause.Code);
        Assert.DoesNotContain("secret", run.State.Failure.Cause.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"auth_type":"header","auth_config":{"name":"X-Secret","value":"s3cr3t-value"}}""", "X-Secret", "s3cr3t-value")]
    [InlineData("""{"auth_type":"api_key","auth_config":{"key":"s3cr3t-value"}}""", "X-API-Key", "s3cr3t-value")]
    [InlineData("""{"auth_type":"api_key","auth_config":{"key":"s3cr3t-value","name":"Key"}}""", "Key", "s3cr3t-value")]
    public void Other_keys_go_into_the_header_they_are_for_and_are_named_as_secrets(string settings, string header, string value)
    {
        var call = CallOf(JsonData.Parse("""{"url":"http://api.test"}""").Overlay(JsonData.Parse(settings)).ToString());

        Assert.Equal(value, Header(call, header));
        Assert.Equal([value], call.Secrets);
    }

    [Fact]
    public void A_key_in_the_query_is_in_no_output()
    {
        var run = Run.Of(Draft.Manual()
            .Node("call", "ACTION.HTTP_REQUEST", """{"url":"http://api.test/a?b=1","auth_type":"api_key","auth_config":{"key":"s3cr3t key","in":"query","name":"k"}}""")
            .Connect("start -> call"));
        Assert.Equal("http://api.test/a?b=1&k=s3cr3t%20key", run.Call("call").Url.AbsoluteUri);

        run.Answer("call", new HttpResult
        {
            StatusCode = 500,
            Url = "http://api.test/a?b=1&k=s3cr3t%20key",
            Redirects = ["http://api.test/?k=s3cr3t key"],
            ErrorMessage = "no: s3cr3t key",
        });

        Assert.DoesNotContain("s3cr3t", run.Output("call").ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("s3cr3t", run.State.Failure!.Cause.ToJson().ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"auth_type":"header","auth_config":{"name":"X"}}""")]
    [InlineData("""{"auth_type":"api_key","auth_config":{"name":"X"}}""")]
    public void Authorization_that_says_too_little_fails_without_a_call(string settings)
    {
        var configurations = JsonData.Parse("""{"url":"http://api.test"}""").Overlay(JsonData.Parse(settings)).ToString();

        Assert.Equal("invalid_request", Run.Of(Draft.Manual().Node("call", "ACTION.HTTP_REQUEST", configurations).Connect("start -> call")).State.Failure!.Cause.Code);
    }

    [Theory]
    [InlineData("auto", "text/html; charset=windows-1252", new byte[] { 0x80, 0xE4 }, "€ä", null)]
    [InlineData("auto", "text/plain; charset=\"ISO-8859-1\"", new byte[] { 0xE4 }, "ä", null)]
    [InlineData("auto", "text/plain; charset=nobody-knows", new byte[] { 0xC3, 0xA4 }, "ä", null)]
    [InlineData("auto", "text/plain", new byte[] { 0xEF, 0xBB, 0xBF, 0x61 }, "a", null)]
    [InlineData("auto", "image/png", new byte[] { 0x89, 0x50, 0xFF }, "iVD/", "base64")]
    [InlineData("base64", "text/plain", new byte[] { 0x61 }, "YQ==", "base64")]
    public void A_body_is_read_in_the_character_set_it_declares(string format, string type, byte[] body, string text, string? encoding)
    {
        var output = Formatted(format, new HttpResult { StatusCode = 200, Headers = [new("content-type", type)], Body = body }).Output("call");

        Assert.Equal((text, encoding), (output["body"].Text, output["body_encoding"].Text));
    }

    [Fact]
    public void A_response_that_has_to_be_JSON_and_is_not_fails()
    {
        Assert.Equal("http_not_json", Formatted("json", new HttpResult { StatusCode = 200, Body = "<html>"u8.ToArray() }).State.Failure!.Cause.Code);
        Assert.Equal(1, Formatted("json", new HttpResult { StatusCode = 200, Body = "{\"a\":1}"u8.ToArray() }).Output("call")["json"]["a"]);
        Assert.True(Formatted("text", new HttpResult { StatusCode = 200, Body = "{}"u8.ToArray() }).Output("call")["json"].IsNull);
    }

    [Fact]
    public void An_error_status_can_be_an_answer_like_any_other()
    {
        var run = Run.Of(Draft.Manual().Node("call", "ACTION.HTTP_REQUEST", """{"url":"http://api.test","fail_on_error_status":false}""").Connect("start -> call"));

        run.Answer("call", 404, """{"why":"gone"}""");

        Assert.Null(run.State.Failure);
        Assert.Equal(404, run.Output("call")["status_code"]);
        Assert.Equal("gone", run.Output("call")["json"]["why"].Text);
    }

    [Theory]
    [InlineData("120", 120)]
    [InlineData("99999999", 86400)]
    [InlineData("-1", null)]
    [InlineData("soon", null)]
    [InlineData("Thu, 01 Jan 1970 00:00:00 GMT", 0)]
    public void Retry_After_is_seconds_or_a_date(string value, int? seconds)
    {
        var cause = Outcome(new HttpResult { StatusCode = 503, Headers = [new("retry-after", value)] }).State.Failure!.Cause;

        Assert.Equal(seconds, (int?)cause.RetryAfter?.TotalSeconds);
    }

    [Fact]
    public void A_response_becomes_the_output()
    {
        var output = Outcome(new HttpResult
        {
            StatusCode = 201,
            Headers = [new("Content-Type", "application/json"), new("Set-Cookie", "a"), new("set-cookie", "b")],
            Body = "{\"id\":7}"u8.ToArray(),
            Url = "http://api.test/7",
            Redirects = ["http://api.test/old"],
            Duration = TimeSpan.FromMilliseconds(250),
        }).Output("call");

        Assert.Equal(
            JsonData.Parse(
                """
                {"status_code":201,"headers":{"content-type":"application/json","set-cookie":"a, b"},"body":"{\"id\":7}","json":{"id":7},"success":true,
                 "error_message":null,"response_time":0.25,"url":"http://api.test/7","redirects":["http://api.test/old"]}
                """),
            output);
    }

    [Fact]
    public void A_body_that_is_no_text_travels_as_base64()
    {
        var output = Outcome(new HttpResult { StatusCode = 200, Body = new byte[] { 0xFF, 0xD8, 0x00 } }).Output("call");

        Assert.Equal("/9gA", output["body"].Text);
        Assert.Equal("base64", output["body_encoding"].Text);
        Assert.True(output["json"].IsNull);
    }

    [Theory]
    [InlineData(301, false)]
    [InlineData(400, false)]
    [InlineData(401, false)]
    [InlineData(404, false)]
    [InlineData(408, true)]
    [InlineData(429, true)]
    [InlineData(500, true)]
    [InlineData(503, true)]
    public void A_status_that_is_no_success_fails_and_says_whether_another_try_is_worth_it(int status, bool retryable)
    {
        var run = Outcome(new HttpResult { StatusCode = status, Headers = [new("Retry-After", "7")], Body = "no"u8.ToArray() });

        var cause = run.State.Failure!.Cause;
        Assert.Equal("http_status", cause.Code);
        Assert.Equal(retryable, cause.IsRetryable);
        Assert.Equal(TimeSpan.FromSeconds(7), cause.RetryAfter);
        Assert.Equal(status, run.Output("call")["status_code"]);
        Assert.Equal("no", run.Output("call")["body"].Text);
    }

    [Theory]
    [InlineData(HttpErrorKind.Timeout, "http_timeout", true)]
    [InlineData(HttpErrorKind.Network, "http_network_error", true)]
    [InlineData(HttpErrorKind.TooLarge, "http_response_too_large", false)]
    [InlineData(HttpErrorKind.TooManyRedirects, "http_too_many_redirects", false)]
    [InlineData(HttpErrorKind.Refused, "http_address_refused", false)]
    public void No_response_is_a_failure_of_its_own_kind(HttpErrorKind kind, string code, bool retryable)
    {
        var cause = Outcome(HttpResult.Failed(kind, "why")).State.Failure!.Cause;

        Assert.Equal((code, "why", retryable), (cause.Code, cause.Message, cause.IsRetryable));
    }

    [Fact]
    public void Every_kind_of_error_has_its_own_code()
        => Assert.Equal(
            Enum.GetValues<HttpErrorKind>().Length,
            Enum.GetValues<HttpErrorKind>().Select(kind => Outcome(new HttpResult { StatusCode = 500, Error = kind }).State.Failure!.Cause.Code).Distinct().Count());

    private static Run Formatted(string format, HttpResult result) => Run.Of(
        Draft.Manual().Node("call", "ACTION.HTTP_REQUEST", $$"""{"url":"http://api.test","response_format":"{{format}}"}""").Connect("start -> call")).Answer("call", result);

    private static Run Outcome(HttpResult result)
        => Run.Of(Draft.Manual().Node("call", "ACTION.HTTP_REQUEST", """{"url":"http://api.test"}""").Connect("start -> call")).Answer("call", result);

    private static HttpCall CallOf(string configurations, string data = "{}")
    {
        var run = Run.Of(
            Draft.Manual().Node("call", "ACTION.HTTP_REQUEST", configurations).Connect("start -> call").With("variables", """{"token":"secret"}"""), data);
        Assert.Null(run.State.Failure);
        return run.Call("call");
    }

    private static string Text(HttpCall call) => Encoding.UTF8.GetString(call.Body!.Value.Span);

    private static string Header(HttpCall call, string name) => Assert.Single(call.Headers, header => string.Equals(header.Key, name, StringComparison.OrdinalIgnoreCase)).Value;
}
