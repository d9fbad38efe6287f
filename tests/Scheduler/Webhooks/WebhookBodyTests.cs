using System.IO.Compression;
using System.Text;
using System.Text.Encodings.Web;
using AiTeams.Scheduler.Webhooks.Bodies;
using AiTeams.ServiceDefaults.Errors;

namespace AiTeams.Scheduler.Tests.Webhooks;

public sealed class WebhookBodyTests
{
    private const string Form = "application/x-www-form-urlencoded";
    private const string Multipart = "multipart/form-data; boundary=b";

    [Theory]
    [InlineData("application/json", """{"a":1e400,"b":12345678901234567890.123456789}""", """{"a":1e400,"b":12345678901234567890.123456789}""")]
    [InlineData("application/json; charset=utf-8", "[1]", "[1]")]
    [InlineData("application/vnd.shop+json", "\"é\"", "\"é\"")]
    [InlineData("APPLICATION/JSON", "null", "null")]
    [InlineData("application/json", "\uFEFF{}", "{}")]
    [InlineData("text/plain", "{\"a\":1}", "\"{\\\"a\\\":1}\"")]
    [InlineData("text/xml; charset=\"UTF-8\"", "<a/>", "\"<a/>\"")]
    [InlineData(null, "{\"a\":1}", "\"{\\\"a\\\":1}\"")]
    [InlineData(Form, "a=1&b=x+y%21&a=2&c&=d&&e=%C3%A9", """{"b":"x y!","a":["1","2"],"c":"","":"d","e":"é"}""")]
    [InlineData(Form, "a=%zz%4", """{"a":"%zz%4"}""")]
    public void A_body_is_what_its_type_says(string? type, string body, string expected)
    {
        var read = Read(type, body);

        Assert.Equal(expected, read.Parsed?.ToJsonString(new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }) ?? "null");
        Assert.Equal(body, read.Raw);
    }

    [Theory]
    [InlineData("application/json", "{", 422, "malformed_json")]
    [InlineData("application/json", "<a/>", 422, "malformed_json")]
    [InlineData("application/json", "a=1", 422, "malformed_json")]
    [InlineData("application/json", "{} {}", 422, "malformed_json")]
    [InlineData("application/json", "{\"a\":1,}", 422, "malformed_json")]
    [InlineData("application/json", "// no\n{}", 422, "malformed_json")]
    [InlineData("application/json", "{'a':1}", 422, "malformed_json")]
    [InlineData("application/json", "NaN", 422, "malformed_json")]
    [InlineData("application/json", "{\"a\":1,\"a\":2}", 422, "duplicate_property")]
    [InlineData("application/json", "[{\"a\":{\"b\":1,\"\\u0062\":2}}]", 422, "duplicate_property")]
    [InlineData("application/json", "\"\\u0000\"", 422, "nul_character")]
    [InlineData("application/json", "{\"a\\u0000\":1}", 422, "nul_character")]
    [InlineData("application/json", "\"\\ud800\"", 422, "invalid_unicode")]
    [InlineData("application/json", "\"\\udc00\\ud800\"", 422, "invalid_unicode")]
    [InlineData("application/json", "1e99999", 422, "number_out_of_range")]
    [InlineData("application/json", "1e-99999", 422, "number_out_of_range")]
    [InlineData("application/json", "1e99999999999999999999", 422, "number_out_of_range")]
    [InlineData("application/json; charset=utf-16", "{}", 415, "unsupported_media_type")]
    [InlineData("text/plain", "a\0b", 422, "nul_character")]
    [InlineData("text/plain; charset=utf-7", "a", 415, "unsupported_media_type")]
    [InlineData("text/plain; charset=shift_jis", "a", 415, "unsupported_media_type")]
    [InlineData(Form, "a=%00", 422, "nul_character")]
    [InlineData(Form, "%00=a", 422, "nul_character")]
    [InlineData(Form, "a=%ff", 400, "invalid_utf8")]
    [InlineData("multipart/form-data", "--b--", 415, "unsupported_media_type")]
    [InlineData("multipart/form-data; boundary=\"\"", "--b--", 415, "unsupported_media_type")]
    [InlineData(Multipart, "nothing of the kind", 400, "malformed_multipart")]
    [InlineData(Multipart, "--b\r\nContent-Disposition: form-data; name=a\r\n\r\n1", 400, "malformed_multipart")]
    [InlineData(Multipart, "--b\r\n\r\n1\r\n--b--\r\n", 400, "malformed_multipart")]
    [InlineData(Multipart, "--b\r\nContent-Disposition: attachment; filename=a\r\n\r\n1\r\n--b--\r\n", 400, "malformed_multipart")]
    [InlineData(Multipart, "--b\r\nContent-Disposition: form-data; name=a\r\n\r\n\0\r\n--b--\r\n", 422, "nul_character")]
    [InlineData("application/xml", "<a/>", 415, "unsupported_media_type")]
    [InlineData("application/pdf", "%PDF", 415, "unsupported_media_type")]
    [InlineData("application/octet-stream", "x", 415, "unsupported_media_type")]
    [InlineData("application/zip", "PK", 415, "unsupported_media_type")]
    [InlineData("image/png", "x", 415, "unsupported_media_type")]
    [InlineData("multipart/mixed; boundary=b", "--b--", 415, "unsupported_media_type")]
    [InlineData("application/javascript", "1", 415, "unsupported_media_type")]
    [InlineData("json", "{}", 415, "unsupported_media_type")]
    [InlineData("application/", "{}", 415, "unsupported_media_type")]
    [InlineData("/json", "{}", 415, "unsupported_media_type")]
    [InlineData("*/*", "{}", 415, "unsupported_media_type")]
    [InlineData("text/*", "{}", 415, "unsupported_media_type")]
    [InlineData("application/json, text/html", "{}", 415, "unsupported_media_type")]
    [InlineData("application/json; charset=\"utf-8", "{}", 415, "unsupported_media_type")]
    [InlineData("application json", "{}", 415, "unsupported_media_type")]
    public void What_is_not_what_it_is_declared_to_be_is_refused_and_says_why(string type, string body, int status, string code)
    {
        var problem = Assert.Throws<ProblemException>(() => Read(type, body));

        Assert.Equal((status, code), (problem.Status, problem.Problems is [var one] ? one.Code : problem.Code));
        Assert.NotEmpty(problem.Detail!);
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("text/plain")]
    [InlineData(Form)]
    public void Bytes_that_are_no_UTF8_are_refused(string type) =>
        Assert.Equal("invalid_utf8", Assert.Throws<ProblemException>(() => WebhookBody.Read(type, new byte[] { (byte)'"', 0xC3, 0x28, (byte)'"' }, false)).Code);

    [Fact]
    public void ISO_8859_1_is_text_too()
    {
        var read = WebhookBody.Read("text/plain; charset=ISO-8859-1", new byte[] { 0xE9 }, false);

        Assert.Equal(("é", null), (read.Parsed!.GetValue<string>(), read.Raw));
    }

    [Fact]
    public void JSON_is_taken_to_64_levels_and_a_million_brackets_cost_nothing()
    {
        Assert.NotNull(Read("application/json", new string('[', 64) + new string(']', 64)).Parsed);
        Assert.Equal("too_deep", Refused(new string('[', 65) + new string(']', 65)));
        Assert.Equal("too_deep", Refused(new string('[', 1_000_000)));
        Assert.Equal("too_deep", Refused(string.Concat(Enumerable.Repeat("{\"a\":", 100_000))));

        static string Refused(string body) => Assert.Throws<ProblemException>(() => Read("application/json", body)).Problems[0].Code;
    }

    [Fact]
    public void No_form_has_more_than_a_thousand_fields()
    {
        Assert.Equal(1000, Read(Form, string.Join('&', Enumerable.Range(0, 1000).Select(at => $"f{at}=1"))).Parsed!.AsObject().Count);
        Assert.Equal("too_many_fields", Refused(Form, string.Join('&', Enumerable.Range(0, 1001).Select(at => $"f{at}=1"))));
        Assert.Equal("too_many_fields", Refused(Form, string.Join('&', Enumerable.Range(0, 1001).Select(_ => "f=1"))));
        var part = "--b\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n";
        Assert.Equal("too_many_fields", Refused(Multipart, string.Concat(Enumerable.Repeat(part, 1001)) + "--b--\r\n"));

        static string Refused(string type, string body) => Assert.Throws<ProblemException>(() => Read(type, body)).Problems[0].Code;
    }

    [Fact]
    public void The_fields_of_a_multipart_form_are_text_and_its_files_stay_files()
    {
        var bomb = Bomb();
        var body = Bytes(
            "--b\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\nHello é\r\n",
            "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"bomb.zip\"\r\nContent-Type: application/zip\r\n\r\n", bomb, "\r\n",
            "--b\r\nContent-Disposition: form-data; name=\"file\"; filename*=UTF-8''%C3%A9.txt\r\n\r\nx\r\n--b--\r\n");

        var read = WebhookBody.Read(Multipart, body, false);

        Assert.Equal("Hello é", (string)read.Parsed!["title"]!);
        var zip = read.Parsed["file"]![0]!;
        Assert.Equal(("bomb.zip", "application/zip", bomb.Length), ((string)zip["filename"]!, (string)zip["content_type"]!, (int)zip["size"]!));
        Assert.Equal(bomb, Convert.FromBase64String((string)zip["content"]!));
        Assert.Equal("é.txt", (string)read.Parsed["file"]![1]!["filename"]!);
        Assert.Null(read.Raw);
    }

    [Fact]
    public void A_trigger_that_takes_any_type_gets_it_as_base64()
    {
        var read = WebhookBody.Read("image/png", new byte[] { 1, 2, 255 }, acceptsAnyType: true);

        Assert.Equal("""{"content_type":"image/png","size":3,"content":"AQL/"}""", read.Parsed!.ToJsonString(new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));
        Assert.Null(read.Raw);
    }

    [Fact]
    public void No_body_is_null_whatever_it_would_have_been()
    {
        Assert.Equal((null, ""), (Read("application/json", "").Parsed, Read("application/json", "").Raw));
        Assert.Null(Read(null, "").Parsed);
    }

    [Fact]
    public void A_long_body_is_not_handed_on_twice()
    {
        Assert.NotNull(Read("text/plain", new string('a', WebhookBody.LongestRaw)).Raw);
        Assert.Null(Read("text/plain", new string('a', WebhookBody.LongestRaw + 1)).Raw);
    }

    private static WebhookBody Read(string? type, string body) => WebhookBody.Read(type, Encoding.UTF8.GetBytes(body), acceptsAnyType: false);

    private static byte[] Bytes(params object[] pieces) => [.. pieces.SelectMany(piece => piece as byte[] ?? Encoding.UTF8.GetBytes((string)piece))];

    /// <summary>A hundred megabytes of nothing, packed.</summary>
    private static byte[] Bomb()
    {
        using var packed = new MemoryStream();
        using (var archive = new ZipArchive(packed, ZipArchiveMode.Create))
        using (var entry = archive.CreateEntry("zeros").Open())
        {
            var zeros = new byte[1 << 20];
            for (var megabyte = 0; megabyte < 100; megabyte++)
            {
                entry.Write(zeros);
            }
        }

        return packed.ToArray();
    }
}
