using System.Text.RegularExpressions;

namespace AiTeams.Gateway.Tests.Answers;

[Collection(OneGateway.Name)]
public sealed partial class ConsoleTests(GatewayUnderTest gateway)
{
    [Fact]
    public async Task The_page_and_everything_it_loads_come_from_here()
    {
        var client = gateway.Client();
        var seen = new HashSet<string>();
        var open = new Queue<string>(["/"]);
        while (open.TryDequeue(out var path))
        {
            if (!seen.Add(path))
            {
                continue;
            }

            var answer = await client.GetAsync(path);
            Assert.True(answer.IsSuccessStatusCode, path);
            var text = await answer.Content.ReadAsStringAsync();
            foreach (Match reference in References().Matches(text))
            {
                var target = reference.Groups["target"].Value;
                Assert.DoesNotContain("//", target, StringComparison.Ordinal);
                open.Enqueue($"/{target.TrimStart('.', '/')}");
            }
        }

        Assert.Equal(["/", "/app.js", "/dom.js", "/session.js", "/stream.js", "/style.css"], seen.Order());
    }

    [Fact]
    public async Task Nothing_on_the_page_needs_more_than_its_policy_allows()
    {
        var client = gateway.Client();
        var page = await client.GetStringAsync("/");

        Assert.DoesNotMatch("<script(?![^>]*src=)|\\son[a-z]+=|\\sstyle=|javascript:", page);
        foreach (var script in new[] { "app.js", "dom.js", "session.js", "stream.js" })
        {
            Assert.DoesNotMatch(@"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", await client.GetStringAsync($"/{script}"));
        }
    }

    [GeneratedRegex("""(?:href="|src="|from ')(?<target>(?!data:|#)[^"']+\.(?:js|css))["']""")]
    private static partial Regex References();
}
