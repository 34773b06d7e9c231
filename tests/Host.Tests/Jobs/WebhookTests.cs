using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Speaker.CommandLine;
using Speaker.Host.Tests.Http;
using Speaker.Host.Tests.Support;

namespace Speaker.Host.Tests.Jobs;

/// <summary>Who is told when a job has ended, how it is signed, and whom it never reaches.</summary>
[Collection(TestModelTests.Name)]
public sealed class WebhookTests(TestModel model)
{
    private const string Secret = "a secret of the tests";
    private const string Address = "/v1/speakers/anna/utterances?async=true";

    [Fact]
    public async Task Webhook_OfADoneJob_IsSignedAndSentUntilItIsTaken()
    {
        await using var receiver = await WebhookReceiver.StartAsync(number => number < 3 ? 500 : 204);
        await using var service = await StartAsync(("Speaker:Http:Webhook:Url", receiver.Url + "/hook"));
        var answer = await service.Client.PostAsync(Address, HttpService.Speech("de"));
        await service.WorkAsync();
        Assert.Empty(receiver.Requests);
        await service.SendAsync();

        Assert.Equal(3, receiver.Requests.Count);
        Assert.Single(receiver.Requests.Select(request => request.Delivery).Distinct());
        Assert.Single(receiver.Requests.Select(request => request.Body).Distinct());
        var (path, signature, _, body) = receiver.Requests.Last();
        Assert.Equal("/hook", path);
        // Made here by the words of the documentation.
        var time = signature.Split(',')[0]["t=".Length..];
        var expected = Convert.ToHexStringLower(
            HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), Encoding.UTF8.GetBytes($"{time}.{body}")));
        Assert.Equal($"t={time},v1={expected}", signature);
        Assert.InRange(
            DateTimeOffset.UtcNow - DateTimeOffset.FromUnixTimeSeconds(long.Parse(time)), TimeSpan.FromMinutes(-5),
            TimeSpan.FromMinutes(5));
        using var told = JsonDocument.Parse(body);
        Assert.Equal("job.done", told.RootElement.GetProperty("event").GetString());
        var job = await HttpService.JsonAsync(await service.Client.GetAsync(answer.Headers.Location), 200);
        Assert.Equal(
            job.GetProperty("enrolment").ToString(), told.RootElement.GetProperty("job").GetProperty("enrolment").ToString());
        Assert.Equal("done", told.RootElement.GetProperty("job").GetProperty("state").GetString());

        await service.SendAsync();
        Assert.Equal(3, receiver.Requests.Count);
    }

    [Fact]
    public async Task Webhook_RedirectElsewhere_IsNotFollowed()
    {
        await using var elsewhere = await WebhookReceiver.StartAsync(_ => 204);
        await using var receiver = await WebhookReceiver.StartAsync(_ => 307, elsewhere.Url);
        await using var service = await StartAsync(
            ("Speaker:Http:Webhook:Url", receiver.Url + "/hook"), ("Speaker:Http:Webhook:Attempts", "2"));
        await service.Client.PostAsync(Address, HttpService.Body("no sound"u8.ToArray(), "audio/wav"));
        await service.WorkAsync();
        await service.SendAsync();
        Assert.Equal(2, receiver.Requests.Count);
        Assert.Empty(elsewhere.Requests);
        Assert.Contains("\"event\":\"job.failed\"", receiver.Requests.First().Body, StringComparison.Ordinal);
        Assert.Contains(service.Events.Entries, entry => entry.Id == 203
            && entry.Message.Contains("redirects are not followed", StringComparison.Ordinal));
        Assert.DoesNotContain(
            service.Events.Entries, entry => entry.Message.Contains(Secret, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Webhook_OfARequest_MustBeAllowed()
    {
        await using var receiver = await WebhookReceiver.StartAsync(_ => 200);
        await using var service = await StartAsync(("Speaker:Http:Webhook:Allowed", $"https://example.com;{receiver.Url}/hooks/"));
        foreach (var refused in (string[])
        [
            receiver.Url + "/other", receiver.Url + "/hooksbutnot", "http://user@" + receiver.Url["http://".Length..] + "/hooks/a",
            "https://example.com.evil.example/", "file:///etc/passwd", receiver.Url + "/hooks/../other",
        ])
        {
            await HttpService.ProblemAsync(
                await service.Client.PostAsync(
                    $"{Address}&webhook={Uri.EscapeDataString(refused)}", HttpService.Speech("de")),
                403, "webhookNotAllowed");
        }

        var asked = Uri.EscapeDataString(receiver.Url + "/hooks/a?b=c");
        Assert.Equal(
            202, (int)(await service.Client.PostAsync($"{Address}&webhook={asked}", HttpService.Speech("de"))).StatusCode);
        await service.WorkAsync();
        await service.SendAsync();
        Assert.Equal("/hooks/a?b=c", Assert.Single(receiver.Requests).Path);

        // Nobody is told of what is no job.
        var problem = await HttpService.ProblemAsync(
            await service.Client.PostAsync(
                $"{Address.Replace("true", "false", StringComparison.Ordinal)}&webhook={asked}",
                HttpService.Speech("de")),
            400, "invalidArgument");
        Assert.Contains("add 'async=true'", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);

        // Nobody is named, and the settings name nobody.
        await service.Client.PostAsync(Address, HttpService.Speech("de"));
        await service.WorkAsync();
        await service.SendAsync();
        Assert.Single(receiver.Requests);
    }

    [Fact]
    public void Settings_UrlWithoutASecret_AreRefusedAndNameNoSecret()
    {
        var exception = Assert.Throws<OptionsValidationException>(() => Composition.CreateBuilder(
        [
            new("Speaker:Http:Webhook:Url", "https://example.com/hook"), new("Speaker:Http:Webhook:Secret", "tooshort"),
        ]).BuildChecked());
        Assert.Contains("Speaker:Http:Webhook:Secret", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("tooshort", exception.Message, StringComparison.Ordinal);
        exception = Assert.Throws<OptionsValidationException>(
            () => Composition.CreateBuilder([new("Speaker:Http:Webhook:Uri", "https://example.com")]).BuildChecked());
        Assert.Contains("did you mean Url?", exception.Message, StringComparison.Ordinal);
    }

    private Task<HttpService> StartAsync(params (string Name, string Value)[] settings) => HttpService.StartAsync(
        model.Path, settings: [("Speaker:Http:Webhook:Secret", Secret), ("Speaker:Jobs:RetrySeconds", "0.01"),
            ("Speaker:Jobs:PollSeconds", "0.05"), .. settings]);
}
