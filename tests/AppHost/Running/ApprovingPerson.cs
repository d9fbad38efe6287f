using AiTeams.Testing;
using Microsoft.Playwright;

namespace AiTeams.AppHost.Tests.Running;

/// <summary>Somebody on a phone, with JavaScript switched off and only a keyboard, who opens the link and approves. Screenshots stay in artifacts/screenshots.</summary>
internal static class ApprovingPerson
{
    private static readonly AptNeed Browser = new("the browser Chromium", ["chromium"], ["chromium"]);

    public static async Task ApproveAsync(string link)
    {
        await AptPackages.EnsureAsync(Browser);
        using var playwright = await Playwright.CreateAsync();
        await using var chromium = await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Environment.GetEnvironmentVariable("PATH")!.Split(':').Select(folder => Path.Combine(folder, "chromium")).First(File.Exists),
            Args = Environment.IsPrivilegedProcess ? ["--no-sandbox"] : [],
        });
        await using var phone = await chromium.NewContextAsync(new() { JavaScriptEnabled = false, ViewportSize = new() { Width = 390, Height = 844 } });
        var page = await phone.NewPageAsync();

        var answer = await page.GotoAsync(link);
        Assert.Equal(200, answer!.Status);
        Assert.Equal("Ship these orders?", await page.TitleAsync());
        Assert.Equal("Ship these orders?", await page.Locator("h1").InnerTextAsync());
        // Nothing is wider than the phone.
        Assert.Equal(0, await page.Locator("main *").EvaluateAllAsync<int>("all => all.filter(one => one.getBoundingClientRect().right > 391).length"));
        await ScreenshotAsync(page, "question");

        await page.Locator("textarea[name=reason]").FocusAsync();
        await page.Keyboard.TypeAsync("Looks right to me");
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("Enter");
        await page.Locator("[role=status]").WaitForAsync();
        Assert.Contains("Approved", await page.Locator("[role=status]").InnerTextAsync(), StringComparison.Ordinal);
        await ScreenshotAsync(page, "answered");

        await page.GotoAsync(link);
        Assert.Equal(0, await page.Locator("form").CountAsync());
    }

    private static Task<byte[]> ScreenshotAsync(IPage page, string name) => page.ScreenshotAsync(new()
    {
        Path = Path.Combine(RepositoryFolder.Root, "artifacts", "screenshots", $"approval-{name}.png"),
        FullPage = true,
    });
}
