using System.Text.RegularExpressions;
using Speaker.Host.Tests.Http;
using Speaker.Host.Tests.Support;

namespace Speaker.Host.Tests.Web;

/// <summary>How the page is served, without a browser.</summary>
[Collection(TestModelTests.Name)]
public sealed partial class WebPageServingTests(TestModel model)
{
    [Fact]
    public async Task Page_AndWhatItIsMadeOf_ComeWithTypesPolicyAndCaching()
    {
        var (kept, _) = HttpService.KeyOf("verify");
        await using var service = await HttpService.StartAsync(model.Path, keys: [kept]);
        using var page = await service.Client.GetAsync("/");
        var html = await page.Content.ReadAsStringAsync();
        Assert.Equal("text/html; charset=utf-8", page.Content.Headers.ContentType!.ToString());
        Assert.True(page.Headers.CacheControl!.NoCache);
        RequireStrictPolicy(page);
        Assert.DoesNotContain("://", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<style", html, StringComparison.Ordinal);
        Assert.DoesNotContain(" style=", html, StringComparison.Ordinal);

        var assets = Assets().Matches(html).Select(match => match.Groups[1].Value).Distinct().ToArray();
        Assert.Equal(3, assets.Length);
        var folder = assets[0][..assets[0].LastIndexOf('/')];
        Dictionary<string, string> types = new()
        {
            [".js"] = "text/javascript", [".css"] = "text/css", [".svg"] = "image/svg+xml",
        };
        foreach (var asset in (string[])[.. assets, folder + "/recorder.js"])
        {
            using var answer = await service.Client.GetAsync("/" + asset);
            Assert.Equal(200, (int)answer.StatusCode);
            Assert.Equal(types[Path.GetExtension(asset)], answer.Content.Headers.ContentType!.MediaType);
            Assert.Equal(TimeSpan.FromDays(365), answer.Headers.CacheControl!.MaxAge);
            Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
            RequireStrictPolicy(answer);
        }

        await HttpService.ProblemAsync(await service.Client.GetAsync($"/{folder}/index.html"), 404, "notFound");
        await HttpService.ProblemAsync(
            await service.Client.GetAsync("/assets/0123456789abcdef/app.js"), 404, "notFound");

        using var head = await service.Client.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/"));
        Assert.Equal(200, (int)head.StatusCode);
        Assert.Equal(page.Content.Headers.ContentLength, head.Content.Headers.ContentLength);
        Assert.Equal(page.Headers.ETag, head.Headers.ETag);
        Assert.Empty(await head.Content.ReadAsByteArrayAsync());
        RequireStrictPolicy(head);

        using var again = new HttpRequestMessage(HttpMethod.Get, "/");
        again.Headers.IfNoneMatch.Add(page.Headers.ETag!);
        Assert.Equal(304, (int)(await service.Client.SendAsync(again)).StatusCode);
    }

    private static void RequireStrictPolicy(HttpResponseMessage answer)
    {
        var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
        Assert.StartsWith("default-src 'none'; script-src 'self';", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
    }

    [GeneratedRegex("\"(assets/[^\"]+)\"")]
    private static partial Regex Assets();
}
