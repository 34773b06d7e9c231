using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Speaker.Host.Tests.Support;

namespace Speaker.Host.Tests.Web;

/// <summary>A test that opens the web page in Chromium; skipped where that is missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class WebFactAttribute : FactAttribute
{
    public WebFactAttribute() => Skip = Browser.Program is null ? "Chromium is not installed" : null;
}

/// <summary>Debian's Chromium with one page, driven by Playwright, and a microphone that plays a file.</summary>
internal sealed class WebBrowser : IAsyncDisposable
{
    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;

    private WebBrowser(IPlaywright playwright, IBrowser browser, IPage page)
    {
        (_playwright, _browser, Page) = (playwright, browser, page);
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
            {
                Errors.Add(message.Text);
            }
        };
        page.PageError += (_, error) => Errors.Add(error);
    }

    public IPage Page { get; }

    /// <summary>What the page complained of.</summary>
    public List<string> Errors { get; } = [];

    /// <param name="address">The service.</param>
    /// <param name="microphone">A WAV file that the microphone plays once; null: whoever is asked refuses it.</param>
    public static async Task<WebBrowser> OpenAsync(Uri address, string? microphone = null)
    {
        var playwright = await Playwright.CreateAsync();
        var browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Browser.Program,
            Args =
            [
                "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                "--use-fake-device-for-media-stream",
                .. microphone is null
                    ? (string[])[]
                    : ["--use-fake-ui-for-media-stream", $"--use-file-for-fake-audio-capture={microphone}%noloop"],
            ],
        });
        var page = await browser.NewPageAsync();
        page.SetDefaultTimeout(120_000);
        Assertions.SetDefaultExpectTimeout(120_000);
        var opened = new WebBrowser(playwright, browser, page);
        await page.GotoAsync(address.AbsoluteUri);
        await Assertions.Expect(page.Locator("#connection")).ToHaveTextAsync("Connected");
        return opened;
    }

    public ILocator this[string selector] => Page.Locator(selector);

    public Task ExpectAsync(string selector, string text) =>
        Assertions.Expect(this[selector]).ToContainTextAsync(text);

    public Task GoAsync(string part) => this[$"#nav-{part}"].ClickAsync();

    /// <summary>Claims somebody and lets the microphone's file speak, until the page shows what came of it.</summary>
    public async Task SpeakAsync(string speaker)
    {
        await this["#verify-speaker"].FillAsync(speaker);
        await this["#verify-start"].ClickAsync();
        // Enough speech, or a decision that came before.
        await RunningService.WaitAsync(
            () => Page.EvaluateAsync<bool>(
                "parseFloat(document.querySelector('#verify-heard').textContent.split(',')[1] ?? '0') >= 3 || " +
                "document.querySelector('#verify-outcome').dataset.outcome !== 'none'"),
            () => "3 s of speech");
        await Page.EvaluateAsync(
            "const button = document.querySelector('#verify-start'); if (button.dataset.active) { button.click(); }");
        await Assertions.Expect(this["#verify-outcome"]).Not.ToHaveAttributeAsync("data-outcome", "none");
    }

    /// <summary>Asserts that axe-core finds nothing on the page as it stands.</summary>
    public async Task RequireAccessibleAsync(string what)
    {
        var result = await Page.RunAxe();
        Assert.True(
            result.Violations.Length == 0,
            what + ": " + string.Join('\n', result.Violations.Select(violation =>
                $"{violation.Id}: {violation.Help}: {string.Join(' ', violation.Nodes.Select(node => node.Html))}")));
        Assert.NotEmpty(result.Passes);
    }

    /// <summary>Asserts that nothing is wider than the window.</summary>
    public async Task RequireNoSidewaysScrollingAsync(string what)
    {
        var width = await Page.EvaluateAsync<int>("document.documentElement.scrollWidth");
        Assert.True(width <= Page.ViewportSize!.Width, $"{what} is {width} px wide");
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
    }
}
