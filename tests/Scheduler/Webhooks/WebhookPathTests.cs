using AiTeams.Scheduler.Webhooks;

namespace AiTeams.Scheduler.Tests.Webhooks;

public sealed class WebhookPathTests
{
    private static readonly Guid Workflow = Guid.Parse("0194d0a2-0000-7000-8000-000000000001");
    private static readonly Guid Another = Guid.Parse("0194d0a2-0000-7000-8000-000000000002");

    [Theory]
    [InlineData("orders", "/orders")]
    [InlineData("/orders", "/orders")]
    [InlineData("/orders/", "/orders")]
    [InlineData("/Orders/NEW", "/orders/new")]
    [InlineData("/a.b~c-d_e!$&'()*+,;=:@", "/a.b~c-d_e!$&'()*+,;=:@")]
    [InlineData("/...", "/...")]
    public void However_it_is_written_a_path_has_one_spelling(string written, string spelling)
    {
        Assert.Equal(spelling, WebhookPath.OneSpelling(written));
        Assert.Equal(spelling, WebhookPath.OneSpelling(WebhookPath.OneSpelling(written)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("//")]
    [InlineData("//orders")]
    [InlineData("/a//b")]
    [InlineData("/orders//")]
    [InlineData("/./a")]
    [InlineData("/a/..")]
    [InlineData("/a/../b")]
    [InlineData("/a%2fb")]
    [InlineData("/a?x=1")]
    [InlineData("/a#b")]
    [InlineData("/a b")]
    [InlineData("/a\\b")]
    [InlineData("/a\0")]
    [InlineData("/заказы")]
    [InlineData("/{{$placeholder}}")]
    [InlineData("https://example.com/orders")]
    public void What_could_mean_something_else_elsewhere_is_no_path(string written) => Assert.Null(WebhookPath.OneSpelling(written));

    [Fact]
    public void A_path_fits_the_index()
    {
        Assert.Equal(255, WebhookPath.OneSpelling(new string('a', 254))!.Length);
        Assert.Null(WebhookPath.OneSpelling(new string('a', 255)));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("/webhook")]
    [InlineData("/WebHook/")]
    public void A_path_nobody_chose_is_the_workflows_own(string? chosen) => Assert.Equal($"/webhook/{Workflow}", WebhookPath.Of(chosen, Workflow));

    [Fact]
    public void A_path_with_a_workflows_id_is_that_workflows()
    {
        Assert.True(WebhookPath.IsOfAnother($"/webhook/{Another}", Workflow));
        Assert.True(WebhookPath.IsOfAnother($"/webhook/{Another}/more", Workflow));
        Assert.False(WebhookPath.IsOfAnother($"/webhook/{Workflow}", Workflow));
        Assert.False(WebhookPath.IsOfAnother($"/webhook/{Workflow}/more", Workflow));
        Assert.False(WebhookPath.IsOfAnother($"/webhook/{Another}more", Workflow));
        Assert.False(WebhookPath.IsOfAnother("/webhook/orders", Workflow));
        Assert.False(WebhookPath.IsOfAnother($"/other/{Another}", Workflow));
    }
}
