using Microsoft.Playwright;

namespace Speaker.Host.Tests.Web;

/// <summary>The page in a real browser, whose microphone plays recordings of real people.</summary>
[Collection(WebServiceTests.Name)]
public sealed class WebPageTests(WebService service)
{
    private static readonly string[] Parts = ["verify", "enrol", "voices", "log"];

    [WebFact]
    public async Task Verify_TheRightVoice_IsAcceptedAndThePageIsAccessibleInEveryPart()
    {
        await using var browser = await WebBrowser.OpenAsync(service.Address, service.Anna);
        await browser.SpeakAsync("Anna");
        await browser.ExpectAsync("#verify-outcome", "This is Anna");
        await Assertions.Expect(browser["#verify-outcome"]).ToHaveAttributeAsync("data-outcome", "accept");
        // The score and the threshold were drawn as they moved.
        Assert.NotEmpty((await browser["#verify-chart .score"].GetAttributeAsync("points"))!.Split(' ')[1..]);
        Assert.NotEmpty((await browser["#verify-chart .threshold"].GetAttributeAsync("points"))!);
        await browser.GoAsync("log");
        await browser.ExpectAsync("#log-rows tr", "Accepted");
        await browser.GoAsync("voices");
        await Assertions.Expect(browser["#map .point"]).ToHaveCountAsync(6);
        await Assertions.Expect(browser["#matrix td.number"]).ToHaveCountAsync(2);

        // Colours and widths do not depend on each other.
        foreach (var (scheme, width) in ((ColorScheme, int)[])[(ColorScheme.Light, 1280), (ColorScheme.Dark, 375)])
        {
            await browser.Page.EmulateMediaAsync(
                new PageEmulateMediaOptions { ColorScheme = scheme, ReducedMotion = ReducedMotion.Reduce });
            await browser.Page.SetViewportSizeAsync(width, 800);
            foreach (var part in Parts)
            {
                await browser.GoAsync(part);
                await browser.RequireAccessibleAsync($"{part} {scheme}");
                await browser.RequireNoSidewaysScrollingAsync($"{part} {scheme}");
            }
        }

        // Nobody asks for a key.
        await Assertions.Expect(browser["#key-button"]).ToBeHiddenAsync();
        Assert.Empty(browser.Errors);
    }

    [WebFact]
    public async Task Verify_AnotherVoice_IsRejected()
    {
        await using var browser = await WebBrowser.OpenAsync(service.Address, service.Stranger);
        await browser.SpeakAsync("Anna");
        await Assertions.Expect(browser["#verify-outcome"]).ToHaveAttributeAsync("data-outcome", "reject");
        await browser.ExpectAsync("#verify-outcome", "This is not Anna");
        await browser.SpeakAsync("Nobody");
        await browser.ExpectAsync("#verify-outcome", "nobody is enrolled under that name");
    }

    /// <summary>Who stops while the browser still asks for the microphone is not listened to afterwards.</summary>
    [WebFact]
    public async Task Verify_StoppedWhileTheMicrophoneOpens_DecidesAtOnce()
    {
        await using var browser = await WebBrowser.OpenAsync(service.Address, service.Anna);
        await browser.Page.EvaluateAsync("""
            const devices = navigator.mediaDevices;
            const open = devices.getUserMedia.bind(devices);
            const allowed = new Promise((resolve) => window.allow = resolve);
            devices.getUserMedia = (wanted) => allowed.then(() => open(wanted));
            null; // a function as the value would be called
            """);
        await browser["#verify-speaker"].FillAsync("Anna");
        await browser["#verify-start"].ClickAsync();
        await browser["#verify-start"].ClickAsync();
        await Assertions.Expect(browser["#verify-start"]).ToBeDisabledAsync();
        await browser.Page.EvaluateAsync("window.allow()");
        await Assertions.Expect(browser["#verify-outcome"]).ToHaveAttributeAsync("data-outcome", "inconclusive");
        await Assertions.Expect(browser["#verify-start"]).ToHaveTextAsync("Start speaking");
    }

    [WebFact]
    public async Task Verify_MicrophoneRefused_SaysWhatToDoAndFilesDo()
    {
        await using var browser = await WebBrowser.OpenAsync(service.Address);
        await browser.SpeakAsync("Anna");
        await browser.ExpectAsync("#verify-outcome", "allow the microphone");
        await browser["#verify-files"].SetInputFilesAsync(service.Anna);
        await browser.ExpectAsync("#verify-outcome", "This is Anna");
        await DropAsync(browser, "#verify-drop", service.Stranger);
        await browser.ExpectAsync("#verify-outcome", "This is not Anna");
        await browser["#verify-files"].SetInputFilesAsync(service.NoSound);
        // Its name once, and as it is.
        await browser.ExpectAsync("#verify-outcome", "notes.txt: Not a sound file");
        await browser.GoAsync("enrol");
        await browser["#enrol-speaker"].FillAsync("Zoe");
        await browser["#enrol-files"].SetInputFilesAsync(service.NoSound);
        await browser.ExpectAsync("#enrol-recordings", "notes.txt refused Not a sound file");
        await browser["#enrol-files"].SetInputFilesAsync([service.Anna, service.NoSound]);
        await browser.ExpectAsync("#enrol-recordings", "2 recordings refused notes.txt: Not a sound file");
        await browser["#enrol-start"].ClickAsync();
        await browser.ExpectAsync("#enrol-status", "allow the microphone");
    }

    [WebFact]
    public async Task Enrol_AtTheMicrophone_ShowsProgressAndTheSpeakerCanBeRemoved()
    {
        await using var browser = await WebBrowser.OpenAsync(service.Address, service.Stranger);
        await browser.GoAsync("enrol");
        await browser["#enrol-speaker"].FillAsync("Bruno");
        await browser["#enrol-start"].ClickAsync();
        // Not before there is enough speech.
        await Assertions.Expect(browser["#enrol-start"]).ToHaveTextAsync("Done");
        await Assertions.Expect(browser["#enrol-start"]).ToBeDisabledAsync();
        await Assertions.Expect(browser["#enrol-start"]).ToBeEnabledAsync();
        await browser["#enrol-start"].ClickAsync();
        await browser.ExpectAsync("#enrol-recordings", "Recording 1 taken");
        await browser.ExpectAsync("#enrol-status", "Still missing: 2 recordings");
        await DropAsync(browser, "#enrol-drop", service.Anna);
        await browser.ExpectAsync("#enrol-recordings", "anna.wav refused");

        await browser.GoAsync("voices");
        await browser["[aria-label='Remove Bruno']"].ClickAsync();
        await browser["#remove-cancel"].ClickAsync();
        await browser.ExpectAsync("#speakers-rows", "Bruno");
        await browser["[aria-label='Remove Bruno']"].ClickAsync();
        await browser["#remove-form button[type=submit]"].ClickAsync();
        await Assertions.Expect(browser["#speakers-rows"]).Not.ToContainTextAsync("Bruno");
        Assert.Equal(404, (int)(await service.Client.GetAsync("/v1/speakers/Bruno")).StatusCode);
    }

    [WebFact]
    public async Task Connection_LostWhileSomebodySpeaks_DecidesNothingAndComesBack()
    {
        await using var browser = await WebBrowser.OpenAsync(service.Address, service.Anna);
        await browser["#verify-speaker"].FillAsync("Anna");
        await browser["#verify-start"].ClickAsync();
        await browser.ExpectAsync("#verify-heard", "heard");
        service.Kill();
        await browser.ExpectAsync("#verify-outcome", "The connection to the service was lost");
        await Assertions.Expect(browser["#verify-outcome"]).ToHaveAttributeAsync("data-outcome", "failed");
        await Assertions.Expect(browser["#connection"]).ToHaveTextAsync("Connection lost");
        await service.RestartAsync();
        await Assertions.Expect(browser["#connection"]).ToHaveTextAsync("Connected");
        await browser["#verify-files"].SetInputFilesAsync(service.Anna);
        await browser.ExpectAsync("#verify-outcome", "This is Anna");
    }

    /// <summary>Drops a file as a person does from another program.</summary>
    private static async Task DropAsync(WebBrowser browser, string selector, string path)
    {
        var transfer = await browser.Page.EvaluateHandleAsync(
            """
            ([name, content]) => {
              const bytes = Uint8Array.from(atob(content), letter => letter.charCodeAt(0));
              const transfer = new DataTransfer();
              transfer.items.add(new File([bytes], name, { type: "audio/wav" }));
              return transfer;
            }
            """,
            new[] { Path.GetFileName(path), Convert.ToBase64String(await File.ReadAllBytesAsync(path)) });
        await browser[selector].DispatchEventAsync("drop", new { dataTransfer = transfer });
    }
}
