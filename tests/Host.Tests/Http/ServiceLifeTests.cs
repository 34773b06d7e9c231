using System.Diagnostics;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Speaker.Host.Tests.Support;
using Speaker.Jobs;

namespace Speaker.Host.Tests.Http;

/// <summary>What an operator sees: counts, limits, requests that are given up, the document, and the process.</summary>
[Collection(TestModelTests.Name)]
public sealed class ServiceLifeTests(TestModel model)
{
    [Fact]
    public async Task Metrics_AfterRequests_CountThem()
    {
        await using var service = await HttpService.StartAsync(model.Path);
        await service.EnrolAsync("anna", HttpService.Speech("de"), HttpService.Wav(new float[48_000]));
        await service.VerifyAsync("anna", HttpService.Speech("de", 4));
        await service.VerifyAsync("anna", HttpService.Speech("de", 8));
        await service.VerifyAsync("boris", HttpService.Speech("de", 8));
        await service.Client.GetAsync("/nowhere");
        foreach (var (metric, value) in ((string, double)[])
        [
            ("speaker_http_requests_total{operation=\"verify\",status=\"200\"}", 2),
            ("speaker_http_requests_total{operation=\"verify\",status=\"404\"}", 1),
            ("speaker_http_requests_total{operation=\"enrol\",status=\"201\"}", 1),
            ("speaker_http_requests_total{operation=\"unknown\",status=\"404\"}", 1),
            ("speaker_http_request_duration_seconds_count{operation=\"verify\"}", 3),
            ("speaker_http_request_duration_seconds_bucket{operation=\"verify\",le=\"+Inf\"}", 3),
            ("speaker_decisions_total{operation=\"verify\",decision=\"accept\",code=\"withinThreshold\"}", 2),
            ("speaker_decisions_total{operation=\"verify\",decision=\"inconclusive\",code=\"unknownSpeaker\"}", 1),
            ("speaker_enrolments_total{code=\"enrolled\"}", 1),
            ("speaker_enrolments_total{code=\"silent\"}", 1),
            // The request that asks.
            ("speaker_http_active", 1),
        ])
        {
            Assert.True(await service.MetricAsync(metric) == value, metric);
        }

        Assert.True(await service.MetricAsync("speaker_sound_seconds_total") > 1);
        var text = await service.Client.GetStringAsync("/metrics");
        Assert.Contains("# TYPE speaker_http_request_duration_seconds histogram\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("anna", text, StringComparison.Ordinal);
        Assert.Contains(service.Events.Entries, entry => entry.Id == 102
            && entry.Message.StartsWith("verify: 200 withinThreshold", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Metrics_OfTheQueue_CountItsJobsByState()
    {
        await using var service = await HttpService.StartAsync(model.Path);
        await service.Queue.PutAsync(new NewJob("later", "elsewhere", "{}"), default);
        await service.Queue.PutAsync(new NewJob("later", "elsewhere", "{}") { IsHeld = true }, default);
        await service.Queue.PutAsync(new NewJob("later", "elsewhere", "{}") { IsHeld = true }, default);
        await RunningService.WaitAsync(
            async () => await service.MetricAsync("speaker_jobs{state=\"waiting\"}") == 1, () => "no job is counted");
        foreach (var (state, jobs) in ((string, int)[])[("held", 2), ("waiting", 1), ("running", 0), ("failed", 0)])
        {
            Assert.Equal(jobs, await service.MetricAsync($"speaker_jobs{{state=\"{state}\"}}"));
        }

        Assert.Contains(
            "# TYPE speaker_jobs gauge\n", await service.Client.GetStringAsync("/metrics"), StringComparison.Ordinal);
        // No number is better than an old one.
        File.WriteAllText(service.Queue.Location, new string('x', 5000));
        await RunningService.WaitAsync(
            async () => await service.MetricAsync("speaker_jobs{state=\"waiting\"}") is null,
            () => "it is still counted");
    }

    [Fact]
    public async Task Request_GivenUpWhileItsBodyComes_IsCountedAndItsPlaceIsFree()
    {
        await using var service = await HttpService.StartAsync(model.Path, settings: ("Concurrency", "1"));
        await service.EnrolAsync("anna", HttpService.Speech("de"));
        using var giveUp = new CancellationTokenSource();
        var body = new WatchedContent("RIFF"u8.ToArray(), "audio/wav", stalls: true);
        var slow = service.Client.PostAsync("/v1/speakers/anna/verify", body, giveUp.Token);
        await body.Sent;
        await WaitAsync(async () => await service.MetricAsync("speaker_http_active") == 2);
        var busy = await service.VerifyAsync("anna", HttpService.Speech("de"));
        Assert.NotNull(busy.Headers.RetryAfter);
        await HttpService.ProblemAsync(busy, 503, "busy");

        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => slow);
        await WaitAsync(async () => await service.MetricAsync(
            "speaker_http_requests_total{operation=\"verify\",status=\"499\"}") == 1);
        await HttpService.JsonAsync(await service.VerifyAsync("anna", HttpService.Speech("de")), 200);
        Assert.Contains(service.Events.Entries, entry => entry.Id == 106);
    }

    [Fact]
    public async Task Request_GivenUpWhileItIsListenedTo_StopsItsWork()
    {
        await using var service = await HttpService.StartAsync(
            model.Path, settings: [("MaximumSeconds", "86400"), ("MaximumMegabytes", "1000")]);
        await service.EnrolAsync("anna", HttpService.Speech("de"));
        // An hour of 4 kHz is a small body and much to listen to.
        float[] minute = Sounds.Speech("de", 0, 60)[..240_000];
        var hour = new WatchedContent(
            WaveFile.Pcm16([.. Enumerable.Repeat(minute, 60).SelectMany(part => part)]), "audio/pcm;rate=4000");
        using var giveUp = new CancellationTokenSource();
        var verified = service.Client.PostAsync("/v1/speakers/anna/verify", hour, giveUp.Token);
        await hour.Sent;
        await Task.Delay(500);
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => verified);
        await WaitAsync(async () => await service.MetricAsync(
            "speaker_http_requests_total{operation=\"verify\",status=\"499\"}") == 1);
        Assert.Null(await service.MetricAsync(
            "speaker_decisions_total{operation=\"verify\",decision=\"accept\",code=\"withinThreshold\"}"));
    }

    /// <summary>The document is written from the endpoints, and the program carries it. After a deliberate change write
    /// the new one with <c>UPDATE_SNAPSHOTS=1</c>, read the difference, and build again.</summary>
    [Fact]
    public async Task OpenApi_OfTheService_SaysWhatTheEndpointsDo()
    {
        await using var service = await HttpService.StartAsync(model.Path);
        var document = OpenApiDocument.Of(service.Endpoints).ToJsonString(new JsonSerializerOptions
        {
            WriteIndented = true,
            Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        }).ReplaceLineEndings("\n") + "\n";
        var path = DocumentPath();
        if (Environment.GetEnvironmentVariable("UPDATE_SNAPSHOTS") == "1")
        {
            File.WriteAllText(path, document);
        }

        Assert.Equal(document, File.ReadAllText(path));
        Assert.Equal(document, await service.Client.GetStringAsync("/openapi/v1.json"));
        Assert.DoesNotContain("embedding\"", document, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Page_OfTheDocument_TakesNothingFromOtherHosts()
    {
        await using var service = await HttpService.StartAsync(model.Path);
        var page = await service.Client.GetAsync("/docs/");
        var html = await page.Content.ReadAsStringAsync();
        Assert.Equal("text/html", page.Content.Headers.ContentType?.MediaType);
        Assert.Contains("openapi/v1.json", html, StringComparison.Ordinal);
        Assert.DoesNotContain("://", html, StringComparison.Ordinal);
        Assert.StartsWith(
            "default-src 'self'", Assert.Single(page.Headers.GetValues("Content-Security-Policy")),
            StringComparison.Ordinal);
        var script = await service.Client.GetAsync("/docs/scalar.js");
        Assert.Equal(200, (int)script.StatusCode);
    }

    [Theory]
    [InlineData("/v1/map", 200)]
    [InlineData("/v1/similarity", 200)]
    [InlineData("/v1/speakers", 200)]
    [InlineData("/openapi/v1.json", 200)]
    [InlineData("/v1/speakers/nobody", 404)]
    [InlineData("/no/such/address", 404)]
    [InlineData("/v1/challenges", 405)]
    public async Task Answer_OfTheApi_RunsNothingAndIsKeptNowhere(string path, int status)
    {
        await using var service = await HttpService.StartAsync(model.Path);
        using var answer = await service.Client.GetAsync(path);
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal(
            "default-src 'none'; frame-ancestors 'none'",
            Assert.Single(answer.Headers.GetValues("Content-Security-Policy")));
        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
        Assert.True(answer.Headers.CacheControl!.NoStore);
    }

    [Fact]
    public async Task Serve_HttpAndInboxInOneProcess_AnswersEnrolsAndEndsOnSigterm()
    {
        using var folder = new TemporaryFolder();
        Sounds.WriteSpeech(folder.File("inbox", "anna", "a.wav"), "de");
        using var service = await RunningService.StartAsync(new SpeakerProcess(folder, model.Path), []);
        await WaitAsync(() => Task.FromResult(File.Exists(folder.File("processed", "anna", "a.wav"))));
        using var answer = await service.Client.PostAsync("/v1/speakers/anna/verify", HttpService.Speech("de", 4));
        Assert.Equal(200, (int)answer.StatusCode);

        // A request that never ends does not keep the service.
        var body = new WatchedContent("RIFF"u8.ToArray(), "audio/wav", stalls: true);
        var stalled = service.Client.PostAsync("/v1/identify", body);
        await body.Sent;
        service.Stop();
        Assert.Equal(0, service.ExitCode);
        await Assert.ThrowsAnyAsync<Exception>(() => stalled);
        Assert.True(service.Has("stopped"));
        Assert.True(service.Has("stoppedListening"));
    }

    [Fact]
    public async Task Serve_HttpWithoutAnInbox_MakesNone()
    {
        using var folder = new TemporaryFolder();
        using var service = await RunningService.StartAsync(new SpeakerProcess(folder, model.Path), []);
        var port = service.Client.BaseAddress!.Port;
        await WaitAsync(() => Task.FromResult(service.Has("withoutInbox")));

        var second = new SpeakerProcess(folder, model.Path).Run("serve", "--urls", $"http://127.0.0.1:{port}");
        Assert.Equal(3, second.ExitCode);
        Assert.Contains("--urls", second.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("\n   at ", second.Error, StringComparison.Ordinal);

        var open = new SpeakerProcess(folder, model.Path).Run("serve", "--urls", "http://0.0.0.0:0");
        Assert.Equal(3, open.ExitCode);
        Assert.Contains("speaker key add", open.Error, StringComparison.Ordinal);
        var wrong = new SpeakerProcess(folder, model.Path).Run("serve", "--urls", "https://127.0.0.1:0");
        Assert.Equal(3, wrong.ExitCode);
        Assert.Contains("--urls = 'https://127.0.0.1:0', must be", wrong.Error, StringComparison.Ordinal);

        service.Stop();
        Assert.Equal(0, service.ExitCode);
        Assert.False(Directory.Exists(folder.File("inbox")));
    }

    private static async Task WaitAsync(
        Func<Task<bool>> condition, [CallerArgumentExpression(nameof(condition))] string what = "")
    {
        var waited = Stopwatch.StartNew();
        while (!await condition())
        {
            Assert.True(waited.Elapsed < TimeSpan.FromMinutes(2), $"{what}: that never came");
            await Task.Delay(50);
        }
    }

    private static string DocumentPath([CallerFilePath] string path = "") =>
        Path.GetFullPath(Path.Combine(path, "..", "..", "..", "..", "src", "Host", "Http", "openapi.json"));

    /// <summary>A body that says when it is on its way.</summary>
    private sealed class WatchedContent : HttpContent
    {
        private readonly TaskCompletionSource _sent = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly byte[] _bytes;
        private readonly bool _stalls;

        public WatchedContent(byte[] bytes, string type, bool stalls = false)
        {
            (_bytes, _stalls) = (bytes, stalls);
            Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        }

        public Task Sent => _sent.Task;

        protected override Task SerializeToStreamAsync(Stream stream, System.Net.TransportContext? context) =>
            SerializeToStreamAsync(stream, context, default);

        protected override async Task SerializeToStreamAsync(
            Stream stream, System.Net.TransportContext? context, CancellationToken cancellationToken)
        {
            await stream.WriteAsync(_bytes, cancellationToken);
            await stream.FlushAsync(cancellationToken);
            _sent.SetResult();
            await Task.Delay(_stalls ? Timeout.InfiniteTimeSpan : TimeSpan.Zero, cancellationToken);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
