using System.Net;
using System.Net.Http.Headers;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text;
using Speaker.CommandLine;
using Speaker.Host.Http;
using Speaker.Host.Keys;
using Speaker.Host.Tests.Support;

namespace Speaker.Host.Tests.Http;

/// <summary>Keys and their scopes, and what happens to those who ask too often.</summary>
[Collection(TestModelTests.Name)]
public sealed class AccessTests(TestModel model)
{
    [Theory]
    [InlineData("enrol", "POST", "/v1/speakers/anna/utterances", 201)]
    [InlineData("verify", "POST", "/v1/speakers/anna/verify", 404)]
    [InlineData("verify", "POST", "/v1/compare", 400)]
    [InlineData("verify", "POST", "/v1/challenges", 200)]
    [InlineData("identify", "POST", "/v1/identify", 409)]
    [InlineData("admin", "GET", "/v1/speakers", 200)]
    [InlineData("admin", "GET", "/v1/speakers/anna", 404)]
    [InlineData("admin", "DELETE", "/v1/speakers/anna", 404)]
    [InlineData("admin", "DELETE", "/v1/speakers/anna/utterances/1", 404)]
    [InlineData("admin", "GET", "/v1/export", 403)]
    [InlineData("admin", "POST", "/v1/import", 422)]
    public async Task Operation_NeedsAKeyOfItsScope(string scope, string method, string path, int answered)
    {
        string[] others = [.. ((string[])["enrol", "verify", "identify", "admin"]).Except([scope])];
        var (kept, key) = HttpService.KeyOf(scope);
        var (keptOther, other) = HttpService.KeyOf(others);
        await using var service = await HttpService.StartAsync(model.Path, keys: [keptOther, kept]);
        await HttpService.ProblemAsync(await SendAsync(null), 401, "keyMissing");
        await HttpService.ProblemAsync(await SendAsync("spk_0123456789ab_nonsense"), 401, "keyInvalid");
        await HttpService.ProblemAsync(await SendAsync(key[..^1] + (key[^1] == 'A' ? 'B' : 'A')), 401, "keyInvalid");
        await HttpService.ProblemAsync(await SendAsync(kept.Hash), 401, "keyInvalid");
        await HttpService.ProblemAsync(await SendAsync(other), 403, "scopeMissing");
        await HttpService.JsonAsync(await SendAsync(key), answered);
        Assert.Contains(service.Events.Entries, entry => entry.Id == 103);
        Assert.DoesNotContain(
            service.Events.Entries, entry => entry.Message.Contains(key, StringComparison.Ordinal));

        Task<HttpResponseMessage> SendAsync(string? presented)
        {
            var request = new HttpRequestMessage(new HttpMethod(method), path);
            if (method == "POST")
            {
                request.Content = HttpService.Speech("de");
            }

            if (presented is not null)
            {
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", presented);
            }

            return service.Client.SendAsync(request);
        }
    }

    [Fact]
    public async Task Key_InItsOwnHeader_OpensTheMetricsWithoutAnyScope()
    {
        var (kept, key) = HttpService.KeyOf();
        await using var service = await HttpService.StartAsync(model.Path, keys: [kept]);
        var refused = await service.Client.GetAsync("/metrics");
        Assert.Equal("Bearer", refused.Headers.WwwAuthenticate.ToString());
        await HttpService.ProblemAsync(refused, 401, "keyMissing");
        await HttpService.JsonAsync(await service.Client.GetAsync("/health/live"), 200);
        service.Client.DefaultRequestHeaders.Add("X-Api-Key", key);
        Assert.Contains(
            "speaker_http_requests_total", await service.Client.GetStringAsync("/metrics"), StringComparison.Ordinal);
        await HttpService.ProblemAsync(await service.Client.GetAsync("/v1/speakers"), 403, "scopeMissing");
    }

    [Fact]
    public async Task Key_Removed_OpensNothingFromThenOn()
    {
        var (kept, key) = HttpService.KeyOf("admin");
        await using var service = await HttpService.StartAsync(model.Path, keys: [kept]);
        service.Client.DefaultRequestHeaders.Add("X-Api-Key", key);
        await HttpService.JsonAsync(await service.Client.GetAsync("/v1/speakers"), 200);
        service.Keys.Write([]);
        await HttpService.ProblemAsync(await service.Client.GetAsync("/v1/speakers"), 401, "keyInvalid");
    }

    [Fact]
    public async Task Key_MadeWhileTheServiceRuns_IsNeededFromThenOn()
    {
        await using var service = await HttpService.StartAsync(model.Path);
        await HttpService.JsonAsync(await service.Client.GetAsync("/v1/speakers"), 200);
        var (kept, key) = HttpService.KeyOf("admin");
        service.Keys.Write([kept]);
        await HttpService.ProblemAsync(await service.Client.GetAsync("/v1/speakers"), 401, "keyMissing");
        service.Client.DefaultRequestHeaders.Add("X-Api-Key", key);
        await HttpService.JsonAsync(await service.Client.GetAsync("/v1/speakers"), 200);
        File.Delete(service.Keys.Path);
        await HttpService.ProblemAsync(await service.Client.GetAsync("/v1/speakers"), 401, "keyInvalid");
    }

    [Fact]
    public async Task Start_OnAnAddressThatOthersReach_NeedsAKey()
    {
        var exception = await Assert.ThrowsAsync<UsageException>(
            () => HttpService.StartAsync(model.Path, settings: ("Urls", "http://0.0.0.0:0")));
        Assert.Contains("speaker key add", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_OnANameThatIsTakenForThisMachine_ListensOnThisMachineOnly()
    {
        int port;
        using (var free = new TcpListener(IPAddress.Loopback, 0))
        {
            free.Start();
            port = ((IPEndPoint)free.LocalEndpoint).Port;
        }

        await using var service = await HttpService.StartAsync(model.Path, settings: ("Urls", $"http://loopback:{port}"));
        Assert.Equal($"http://localhost:{port}/", service.Client.BaseAddress!.AbsoluteUri);
        Assert.DoesNotContain(
            IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners(),
            listener => listener.Port == port && !IPAddress.IsLoopback(listener.Address));
    }

    [Fact]
    public async Task Start_OnLocalhostWithAnyPort_IsRefusedWithWhatToDo()
    {
        var exception = await Assert.ThrowsAsync<UsageException>(
            () => HttpService.StartAsync(model.Path, settings: ("Urls", "http://localhost:0")));
        Assert.Contains("127.0.0.1:0", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void KeyFile_ChangedByManyAtOnce_LosesNoChange()
    {
        using var folder = new TemporaryFolder();
        var place = folder.File("keys.json");
        Parallel.For(0, 16, new ParallelOptions { MaxDegreeOfParallelism = 8 }, _ => new KeyFile(place).Change(keys =>
        {
            Thread.Sleep(10);
            return [.. keys, HttpService.KeyOf("verify").Kept];
        }));
        Assert.Equal(16, new KeyFile(place).Read().Count);
    }

    [Fact]
    public void KeyFile_ThatOthersMayRead_IsRefused()
    {
        using var folder = new TemporaryFolder();
        var file = new KeyFile(folder.File("keys.json"));
        file.Write([HttpService.KeyOf("admin").Kept]);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file.Path));
        Assert.Equal(["admin"], Assert.Single(file.Read()).Scopes);
        File.SetUnixFileMode(file.Path, UnixFileMode.UserRead | UnixFileMode.OtherRead);
        Assert.Contains("chmod 600", Assert.Throws<UsageException>(file.Read).Message, StringComparison.Ordinal);
        File.SetUnixFileMode(file.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.WriteAllText(file.Path, "{}");
        Assert.Throws<UsageException>(file.Read);
    }

    [Fact]
    public void KeyVerb_AddListRemove_KeepsTheHashAndPrintsTheKeyOnce()
    {
        using var folder = new TemporaryFolder();
        var process = new SpeakerProcess(folder, model.Path);
        var added = process.Run("key", "add", "door", "--scope", "verify", "--scope", "enrol", "--json");
        Assert.Equal(0, added.ExitCode);
        var key = added.Json.GetProperty("key").GetString()!;
        var file = process.Store + KeyFile.Ending;
        Assert.Equal(file, added.Json.GetProperty("file").GetString());
        Assert.DoesNotContain(key.Split('_')[2], File.ReadAllText(file), StringComparison.Ordinal);
        Assert.NotNull(new KeyRing(new KeyFile(file)).Find(key));

        var listed = process.Run("key", "list", "--json");
        Assert.Equal("door", listed.Json.GetProperty("name").GetString());
        Assert.DoesNotContain(key, listed.Output, StringComparison.Ordinal);
        var id = listed.Json.GetProperty("id").GetString()!;
        Assert.Equal(3, process.Run("key", "remove", "nobody").ExitCode);
        Assert.Equal(0, process.Run("key", "remove", id).ExitCode);
        Assert.Null(new KeyRing(new KeyFile(file)).Find(key));
        Assert.Equal(3, process.Run("key", "add", "door", "--scope", "all").ExitCode);
    }

    [Fact]
    public async Task Caller_OverTheRate_WaitsAsLongAsItIsTold()
    {
        var time = new ManualTime(DateTimeOffset.UnixEpoch);
        await using var service = await HttpService.StartAsync(model.Path, time, settings: ("RequestsPerMinute", "2"));
        await service.Client.GetAsync("/v1/speakers");
        await service.Client.GetAsync("/v1/speakers");
        var refused = await service.Client.GetAsync("/v1/speakers");
        Assert.Equal(TimeSpan.FromSeconds(30), refused.Headers.RetryAfter?.Delta);
        await HttpService.ProblemAsync(refused, 429, "rateLimited");
        await HttpService.JsonAsync(await service.Client.GetAsync("/health/live"), 200);
        time.Advance(TimeSpan.FromSeconds(30));
        await HttpService.JsonAsync(await service.Client.GetAsync("/v1/speakers"), 200);
    }

    [Fact]
    public async Task Key_WhoseUploadsNeverEnd_KeepsNoOtherOut()
    {
        var (kept, slow) = HttpService.KeyOf("identify");
        var (keptOther, honest) = HttpService.KeyOf("identify");
        await using var service = await HttpService.StartAsync(
            model.Path, keys: [kept, keptOther], settings: ("Concurrency", "2"));
        using var connection = new TcpClient();
        await connection.ConnectAsync(IPAddress.Loopback, service.Client.BaseAddress!.Port);
        await using var stream = connection.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"POST /v1/identify HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {slow}\r\n" +
            "Content-Type: audio/wav\r\nContent-Length: 1000000\r\n\r\nRIFF"));
        service.Client.DefaultRequestHeaders.Authorization = new("Bearer", honest);
        while (await service.MetricAsync("speaker_http_active") < 2)
        {
            await Task.Delay(20);
        }

        await HttpService.ProblemAsync(await IdentifyAsync(slow), 503, "busy");
        await HttpService.ProblemAsync(await IdentifyAsync(honest), 409, "nobodyEnrolled");

        async Task<HttpResponseMessage> IdentifyAsync(string key)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/identify") { Content = HttpService.Speech("de") };
            request.Headers.Authorization = new("Bearer", key);
            return await service.Client.SendAsync(request);
        }
    }

    [Fact]
    public async Task Speaker_RejectedTooOften_IsLockedOutForATime()
    {
        var time = new ManualTime(DateTimeOffset.UnixEpoch);
        await using var service = await HttpService.StartAsync(
            model.Path, time, null, ("Speaker:Verification:Threshold", "0.0000001"), ("RejectionsBeforeLockOut", "2"),
            ("LockOutSeconds", "60"), ("Speaker:Replay:Enabled", "false"));
        await service.EnrolAsync("anna", HttpService.Speech("de"));
        // The enrolled recording itself is accepted and clears the count.
        foreach (var (first, decision) in ((int, string)[])[(4, "reject"), (0, "accept"), (4, "reject"), (8, "reject")])
        {
            var answer = await HttpService.JsonAsync(
                await service.VerifyAsync("anna", HttpService.Speech("de", first)), 200);
            Assert.Equal(decision, answer.GetProperty("decision").GetString());
        }

        var locked = await service.VerifyAsync("anna", HttpService.Speech("de"));
        Assert.Equal(TimeSpan.FromSeconds(60), locked.Headers.RetryAfter?.Delta);
        await HttpService.ProblemAsync(locked, 429, "lockedOut");
        await HttpService.ProblemAsync(
            await service.VerifyAsync("boris", HttpService.Speech("de")), 404, "unknownSpeaker");
        Assert.Equal(1, await service.MetricAsync("speaker_lockouts_total"));
        Assert.Contains(service.Events.Entries, entry => entry.Id == 104);
        time.Advance(TimeSpan.FromSeconds(61));
        await HttpService.JsonAsync(await service.VerifyAsync("anna", HttpService.Speech("de")), 200);
    }

    [Fact]
    public async Task Speaker_ClaimedTooOften_IsRefusedAndOthersAreNot()
    {
        await using var service = await HttpService.StartAsync(
            model.Path, new ManualTime(DateTimeOffset.UnixEpoch), settings: ("AttemptsPerMinute", "1"));
        await service.EnrolAsync("anna", HttpService.Speech("de"));
        await service.EnrolAsync("boris", HttpService.Speech("fr"));
        await HttpService.JsonAsync(await service.VerifyAsync("anna", HttpService.Speech("de")), 200);
        await HttpService.ProblemAsync(
            await service.VerifyAsync("anna", HttpService.Speech("de")), 429, "rateLimited");
        await HttpService.JsonAsync(await service.VerifyAsync("boris", HttpService.Speech("fr")), 200);
    }

    [Fact]
    public void ClaimGuard_ManyAtOnce_AllowsNoMoreThanMayBeRejected()
    {
        var guard = new ClaimGuard(
            new CommandLine.Options.HttpOptions { RejectionsBeforeLockOut = 3 }, TimeProvider.System);
        for (var i = 0; i < 3; i++)
        {
            guard.Begin("", "anna");
        }

        Assert.Equal("rateLimited", Assert.Throws<ProblemException>(() => guard.Begin("", "anna")).Code);
        Assert.False(guard.End("", "anna", Outcome.Rejected));
        Assert.False(guard.End("", "anna", Outcome.Rejected));
        Assert.True(guard.End("", "anna", Outcome.Rejected));
        Assert.Equal("lockedOut", Assert.Throws<ProblemException>(() => guard.Begin("", "anna")).Code);
    }

    [Fact]
    public void TokenBuckets_ManyNames_ForgetsThoseThatAreFull()
    {
        var time = new ManualTime(DateTimeOffset.UnixEpoch);
        var buckets = new TokenBuckets(1, time);
        Assert.Null(buckets.Take("anna"));
        Assert.Equal(TimeSpan.FromMinutes(1), buckets.Take("anna"));
        for (var i = 0; i < 30_000; i++)
        {
            Assert.Null(buckets.Take($"name {i}"));
        }

        Assert.NotNull(buckets.Take("anna"));
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Null(buckets.Take("anna"));
    }
}
