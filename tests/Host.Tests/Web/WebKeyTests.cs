using Microsoft.Playwright;
using Speaker.Host.Tests.Http;
using Speaker.Host.Tests.Support;

namespace Speaker.Host.Tests.Web;

/// <summary>The page of a service that needs keys.</summary>
[Collection(TestModelTests.Name)]
public sealed class WebKeyTests(TestModel model)
{
    [WebFact]
    public async Task Key_TypedIn_OpensEverythingAndStaysInTheTab()
    {
        using var folder = new TemporaryFolder();
        var (kept, key) = HttpService.KeyOf("verify", "admin");
        await using var service = await HttpService.StartAsync(model.Path, keys: [kept]);
        await using var browser = await WebBrowser.OpenAsync(
            service.Client.BaseAddress!, Sounds.WriteSpeech(folder.File("a.wav"), "de"));
        await Assertions.Expect(browser["#key-dialog"]).ToBeVisibleAsync();
        await browser.RequireAccessibleAsync("the dialog for the key");
        await browser["#key-input"].FillAsync(key);
        await browser["#key-form button[type=submit]"].ClickAsync();
        await browser.ExpectAsync("#speakers-status", "Nobody is enrolled yet");

        // The web socket is opened with it, and then there is no such speaker.
        await browser["#verify-speaker"].FillAsync("anna");
        await browser["#verify-start"].ClickAsync();
        await browser.ExpectAsync("#verify-outcome", "nobody is enrolled under that name");
        Assert.DoesNotContain(key, browser.Page.Url, StringComparison.Ordinal);
        Assert.Equal(0, await browser.Page.EvaluateAsync<int>("localStorage.length + document.cookie.length"));
        Assert.DoesNotContain(
            service.Events.Entries, entry => entry.Message.Contains(key[20..], StringComparison.Ordinal));

        await Assertions.Expect(browser["#key-button"]).ToHaveTextAsync("Key entered");
        await browser.Page.ReloadAsync();
        await browser.ExpectAsync("#speakers-status", "Nobody is enrolled yet");
        await browser["#key-button"].ClickAsync();
        await browser["#key-forget"].ClickAsync();
        await Assertions.Expect(browser["#key-dialog"]).ToBeVisibleAsync(); // the list needs one
        Assert.Equal(0, await browser.Page.EvaluateAsync<int>("sessionStorage.length"));
    }
}
