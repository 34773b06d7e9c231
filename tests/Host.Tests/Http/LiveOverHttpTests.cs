using System.Net;
using System.Net.WebSockets;
using System.Text.Json;
using Speaker.Host.Tests.Support;

namespace Speaker.Host.Tests.Http;

/// <summary>Verification of a voice while it speaks, through a real web socket.</summary>
[Collection(TestModelTests.Name)]
public sealed class LiveOverHttpTests(TestModel model)
{
    private const WebSocketCloseStatus TryAgainLater = (WebSocketCloseStatus)1013;

    /// <summary>A threshold that nothing meets.</summary>
    private static readonly (string, string) RejectsAll = ("Speaker:Verification:Threshold", "0");

    [Theory]
    [InlineData(3200)]
    [InlineData(2)]
    [InlineData(1 << 20)]
    public async Task Sound_InMessagesOfAnyLength_IsDecidedAsTheSameRecordingIs(int messageBytes)
    {
        await using var service = await StartAsync();
        await HttpService.JsonAsync(await service.EnrolAsync("anna", HttpService.Speech("de")), 201);
        var recording = Recording(messageBytes == 2 ? 1 : 4);
        var expected = await HttpService.JsonAsync(
            await service.VerifyAsync("anna", HttpService.Body(recording, "audio/wav")), 200);

        using var client = await LiveClient.ConnectAsync(service, "speaker=anna&rate=16000&early=false");
        await client.SpeakAsync(Samples(recording), messageBytes);
        await client.EndAsync();
        var decision = await client.ConcludeAsync(WebSocketCloseStatus.NormalClosure);

        Assert.Equal("decision", decision.GetProperty("type").GetString());
        foreach (var field in expected.EnumerateObject().Where(field => field.Name != "file"))
        {
            Assert.Equal(field.Value.GetRawText(), decision.GetProperty(field.Name).GetRawText());
        }

        Assert.All(client.States, state =>
        {
            Assert.InRange(state.GetProperty("seconds").GetDouble(), 0.5, 60);
            Assert.Equal(expected.GetProperty("threshold").GetDouble(), state.GetProperty("threshold").GetDouble());
        });
        Assert.Equal(1, await service.MetricAsync(
            "speaker_decisions_total{operation=\"verifyLive\",decision=\"accept\",code=\"withinThreshold\"}"));
    }

    [Fact]
    public async Task States_WhileSomebodySpeaks_FollowTheSound()
    {
        await using var service = await StartAsync();
        await HttpService.JsonAsync(await service.EnrolAsync("anna", HttpService.Speech("de")), 201);
        using var client = await LiveClient.ConnectAsync(service, "speaker=anna&early=false");
        var samples = Samples(Recording(4));
        var last = 0.0;
        for (var at = 0; at + 16_000 <= samples.Length; at += 16_000)
        {
            await client.SpeakAsync(samples.Slice(at, 16_000));
            var state = (await client.ReceiveAsync())!.Value;
            Assert.Equal("state", state.GetProperty("type").GetString());
            Assert.InRange(state.GetProperty("seconds").GetDouble(), last + 0.01, (at / 32_000.0) + 0.501);
            last = state.GetProperty("seconds").GetDouble();
        }

        Assert.True(last > 0);
    }

    [Fact]
    public async Task Sound_OfAsMuchAsMayBe_IsDecidedWithoutAnEnd()
    {
        await using var service = await StartAsync(("LiveSeconds", "1"));
        await HttpService.JsonAsync(await service.EnrolAsync("anna", HttpService.Speech("de")), 201);
        using var client = await LiveClient.ConnectAsync(service, "speaker=anna");
        await client.SpeakAsync(Samples(Recording(4)));
        var decision = await client.ConcludeAsync(WebSocketCloseStatus.NormalClosure);
        Assert.InRange(decision.GetProperty("speechSeconds").GetDouble(), 0, 1);
    }

    /// <summary>Whoever sends next to nothing holds neither a place nor a claim.</summary>
    [Theory]
    [InlineData(0, "error")]
    [InlineData(2, "decision")]
    public async Task Client_ThatSendsNextToNothing_IsEndedByTheClock(int messageBytes, string last)
    {
        await using var service = await StartAsync(
            ("LiveSeconds", "1"), ("LiveIdleSeconds", "1.5"), ("RejectionsBeforeLockOut", "1"));
        await HttpService.JsonAsync(await service.EnrolAsync("anna", HttpService.Speech("de", count: 2)), 201);
        using var client = await LiveClient.ConnectAsync(service, "speaker=anna");
        using var ended = new CancellationTokenSource();
        var trickle = TrickleAsync(client, new byte[messageBytes], ended.Token);
        var message = await client.ConcludeAsync(
            last == "error" ? WebSocketCloseStatus.PolicyViolation : WebSocketCloseStatus.NormalClosure);
        await ended.CancelAsync();
        await trickle;
        Assert.Equal(last, message.GetProperty("type").GetString());
        Assert.Equal(
            last == "error" ? "tooSlow" : "tooShort", message.GetProperty("code").GetString());

        await RunningService.WaitAsync(
            async () =>
            {
                using var next = await LiveClient.ConnectAsync(service, "speaker=anna");
                await next.EndAsync();
                return (await next.ReceiveAsync())!.Value.GetProperty("type").GetString() == "decision";
            },
            () => "the claim to be free again");
    }

    [Fact]
    public async Task Key_AmongTheSubprotocols_OpensAndIsInNoLog()
    {
        var (kept, key) = HttpService.KeyOf("verify");
        var (keptOther, other) = HttpService.KeyOf("enrol", "identify", "admin");
        await using var service = await HttpService.StartAsync(model.Path, keys: [kept, keptOther]);
        Assert.Equal(HttpStatusCode.Unauthorized, await RefusedAsync(service, []));
        Assert.Equal(HttpStatusCode.Unauthorized, await RefusedAsync(service, ["speaker.v1", "key." + key[..^1]]));
        Assert.Equal(HttpStatusCode.Forbidden, await RefusedAsync(service, ["speaker.v1", "key." + other]));

        using var client = await LiveClient.ConnectAsync(service, "speaker=anna", options =>
        {
            options.AddSubProtocol("speaker.v1");
            options.AddSubProtocol("key." + key);
        });
        Assert.Equal("speaker.v1", client.Socket.SubProtocol);
        var problem = await client.ConcludeAsync(WebSocketCloseStatus.PolicyViolation);
        Assert.Equal("unknownSpeaker", problem.GetProperty("code").GetString());
        Assert.NotEmpty(service.Events.Entries);
        Assert.DoesNotContain(service.Events.Entries, entry => entry.Message.Contains(key[20..], StringComparison.Ordinal));
    }

    [Fact]
    public async Task Handshake_FromAnotherSitesPage_IsRefused()
    {
        await using var service = await StartAsync();
        Assert.Equal(HttpStatusCode.Forbidden, await RefusedAsync(
            service, [], options => options.SetRequestHeader("Origin", "http://elsewhere.example")));
        await HttpService.ProblemAsync(
            await service.Client.GetAsync("/v1/live?speaker=anna"), 426, "upgradeRequired");
    }

    [Theory]
    [InlineData("", null, "invalidArgument", WebSocketCloseStatus.InvalidPayloadData)]
    [InlineData("speaker=a/b", null, "invalidName", WebSocketCloseStatus.InvalidPayloadData)]
    [InlineData("speaker=anna&rate=3999", null, "invalidArgument", WebSocketCloseStatus.InvalidPayloadData)]
    [InlineData("speaker=anna&early=maybe", null, "invalidArgument", WebSocketCloseStatus.InvalidPayloadData)]
    [InlineData("speaker=nobody", null, "unknownSpeaker", WebSocketCloseStatus.PolicyViolation)]
    [InlineData("speaker=anna", "{}", "invalidRequest", WebSocketCloseStatus.InvalidPayloadData)]
    [InlineData("speaker=anna", """{"type":"\ud800"}""", "invalidRequest", WebSocketCloseStatus.InvalidPayloadData)]
    [InlineData("speaker=anna", """{"\ud800":"end"}""", "invalidRequest", WebSocketCloseStatus.InvalidPayloadData)]
    [InlineData("speaker=anna", "no JSON", "invalidRequest", WebSocketCloseStatus.InvalidPayloadData)]
    [InlineData("speaker=anna", "long", "tooLarge", WebSocketCloseStatus.MessageTooBig)]
    [InlineData("speaker=anna", "odd", "invalidRequest", WebSocketCloseStatus.InvalidPayloadData)]
    [InlineData("speaker=anna", "nothing", "tooSlow", WebSocketCloseStatus.PolicyViolation)]
    public async Task Problem_IsSaidByAMessage(string query, string? message, string code, WebSocketCloseStatus status)
    {
        await using var service = await StartAsync(("LiveIdleSeconds", message == "nothing" ? "1" : "60"));
        await HttpService.JsonAsync(await service.EnrolAsync("anna", HttpService.Speech("de", count: 2)), 201);
        using var client = await LiveClient.ConnectAsync(service, query);
        await (message switch
        {
            null or "nothing" => Task.CompletedTask,
            "odd" => client.SpeakAsync(new byte[3]),
            "long" => client.SayAsync(new string(' ', 2000)),
            _ => client.SayAsync(message),
        });
        var problem = await client.ConcludeAsync(status);
        Assert.Equal(
            ["type", "title", "status", "detail", "code"], problem.EnumerateObject().Select(field => field.Name));
        Assert.Equal("error", problem.GetProperty("type").GetString());
        Assert.Equal(code, problem.GetProperty("code").GetString());
        Assert.NotEmpty(problem.GetProperty("detail").GetString()!);
    }

    [Theory]
    [InlineData("Verify", "false", "switchedOff")]
    [InlineData("RequireChallenge", "true", "challengeMissing")]
    public async Task Service_ThatDoesNotVerifySo_SaysSo(string setting, string value, string code)
    {
        await using var service = await StartAsync((setting, value));
        using var client = await LiveClient.ConnectAsync(service, "speaker=anna");
        Assert.Equal(code, (await client.ConcludeAsync(
            code == "switchedOff" ? WebSocketCloseStatus.PolicyViolation : WebSocketCloseStatus.InvalidPayloadData))
            .GetProperty("code").GetString());
    }

    [Fact]
    public async Task Challenge_InTheAddress_IsUsedUpAndItsDigitsComeBack()
    {
        await using var service = await StartAsync(("RequireChallenge", "true"));
        await HttpService.JsonAsync(await service.EnrolAsync("anna", HttpService.Speech("de")), 201);
        var given = await HttpService.JsonAsync(
            await service.Client.PostAsync("/v1/challenges?speaker=anna", null), 200);
        var query = $"speaker=anna&challenge={given.GetProperty("id").GetString()}";
        using var client = await LiveClient.ConnectAsync(service, query);
        await client.SpeakAsync(Samples(Recording(2)));
        await client.EndAsync();
        var decision = await client.ConcludeAsync(WebSocketCloseStatus.NormalClosure);
        Assert.Equal(
            given.GetProperty("digits").GetString(), decision.GetProperty("challenge").GetProperty("digits").GetString());

        using var again = await LiveClient.ConnectAsync(service, query);
        var problem = await again.ConcludeAsync(WebSocketCloseStatus.PolicyViolation);
        Assert.Equal("challengeUsed", problem.GetProperty("code").GetString());
    }

    [Fact]
    public async Task Client_ThatVanishes_LeavesNothingBehind()
    {
        // One place, and one claim at a time: whatever stays behind keeps the next one out.
        await using var service = await StartAsync(("LiveSessions", "1"), ("RejectionsBeforeLockOut", "1"));
        await HttpService.JsonAsync(await service.EnrolAsync("anna", HttpService.Speech("de")), 201);
        using (var client = await LiveClient.ConnectAsync(service, "speaker=anna"))
        {
            await client.SpeakAsync(Samples(Recording(4)));
            Assert.NotNull(await client.ReceiveAsync());
            using var second = await LiveClient.ConnectAsync(service, "speaker=anna");
            var problem = await second.ConcludeAsync(TryAgainLater);
            Assert.Equal("busy", problem.GetProperty("code").GetString());
            client.Socket.Abort();
        }

        await RunningService.WaitAsync(
            async () =>
            {
                using var next = await LiveClient.ConnectAsync(service, "speaker=anna");
                await next.EndAsync();
                return (await next.ReceiveAsync())!.Value.GetProperty("type").GetString() == "decision";
            },
            () => "a place for the next client");
        await RunningService.WaitAsync(
            async () => await service.MetricAsync("speaker_http_active") == 1, () => "the end of the first request");
    }

    [Fact]
    public async Task Client_ThatHangsUpOnARejection_IsCountedAsRejected()
    {
        await using var service = await StartAsync(RejectsAll, ("RejectionsBeforeLockOut", "1"));
        await HttpService.JsonAsync(await service.EnrolAsync("anna", HttpService.Speech("de")), 201);
        using (var client = await LiveClient.ConnectAsync(service, "speaker=anna&early=false"))
        {
            await client.SpeakAsync(Samples(Recording(6)));
            JsonElement state;
            do
            {
                state = (await client.ReceiveAsync())!.Value;
            }
            while (state.GetProperty("decision").GetString() != "reject");
            client.Socket.Abort();
        }

        await RunningService.WaitAsync(
            async () =>
            {
                using var next = await LiveClient.ConnectAsync(service, "speaker=anna");
                await next.EndAsync();
                return (await next.ConcludeAsync(TryAgainLater)).GetProperty("code").GetString() == "lockedOut";
            },
            () => "the lock-out");
        await RunningService.WaitAsync(
            () => service.Events.Entries.Any(entry => entry.Id == 104), () => "the event of the lock-out");
    }

    [Fact]
    public async Task Service_ThatStops_SaysSoAndWaitsForNobody()
    {
        await using var service = await StartAsync(("LiveIdleSeconds", "600"));
        await HttpService.JsonAsync(await service.EnrolAsync("anna", HttpService.Speech("de", count: 2)), 201);
        using var client = await LiveClient.ConnectAsync(service, "speaker=anna");
        await client.SpeakAsync(new byte[3200]);
        var stopped = service.StopAsync();
        var problem = await client.ConcludeAsync(TryAgainLater);
        Assert.Equal("stopping", problem.GetProperty("code").GetString());
        await stopped;
    }

    private Task<HttpService> StartAsync(params (string Name, string Value)[] settings) =>
        HttpService.StartAsync(model.Path, settings: [("Speaker:Replay:Enabled", "false"), .. settings]);

    /// <summary>Sends the same message again and again, until it is told or the service closes.</summary>
    private static async Task TrickleAsync(LiveClient client, byte[] message, CancellationToken ended)
    {
        try
        {
            while (!ended.IsCancellationRequested && client.Socket.State == WebSocketState.Open)
            {
                await client.Socket.SendAsync(message, WebSocketMessageType.Binary, endOfMessage: true, ended);
                await Task.Delay(TimeSpan.FromMilliseconds(50), ended);
            }
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException)
        {
            // It is closed.
        }
    }

    /// <summary>Another recording of whom the tests enrol, as a WAV file.</summary>
    private static byte[] Recording(int clips)
    {
        using var folder = new TemporaryFolder();
        return File.ReadAllBytes(Sounds.WriteSpeech(folder.File("a.wav"), "de", 4, clips));
    }

    private static ReadOnlyMemory<byte> Samples(byte[] wave) => wave.AsMemory(44);

    private static async Task<HttpStatusCode> RefusedAsync(
        HttpService service, string[] subprotocols, Action<ClientWebSocketOptions>? prepare = null)
    {
        using var client = new ClientWebSocket();
        client.Options.CollectHttpResponseDetails = true;
        Array.ForEach(subprotocols, client.Options.AddSubProtocol);
        prepare?.Invoke(client.Options);
        var address = new UriBuilder(service.Client.BaseAddress!) { Scheme = "ws", Path = "/v1/live" };
        await Assert.ThrowsAsync<WebSocketException>(() => client.ConnectAsync(address.Uri, default));
        return client.HttpStatusCode;
    }
}
